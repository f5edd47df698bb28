// The verdicts: which are listed, and which are unfolded.

function filterVerdicts() {
  const boxes = [...document.querySelectorAll("input[name=outcome]")];
  const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  for (const row of document.querySelectorAll("tr[data-outcome]")) {
    row.hidden = !wanted.has(row.dataset.outcome);
  }
}

function unfold(event) {
  const folded = [...document.querySelectorAll(".verdicts details:not(.word)")];
  const open = folded.some((each) => !each.open);
  for (const each of folded) each.open = open;
  event.target.textContent = open ? "Fold all" : "Unfold all";
}

for (const box of document.querySelectorAll("input[name=outcome]")) {
  box.addEventListener("change", filterVerdicts);
}
if (find("unfold")) find("unfold").addEventListener("click", unfold);
