"""What the stage `report` reads back from the results, draws and gathers for the page."""
