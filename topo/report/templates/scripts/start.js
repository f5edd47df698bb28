// Starts the explorer where there is something to explore.

function startExplorer() {
  const choose = () => { fillChoices(); show(); writeAddress(); };
  for (const id of ["dataset", "sample", "left-series", "right-series"]) {
    find(id).addEventListener("change", choose);
  }
  find("colour").replaceChildren(
    ...Object.entries(COLOURINGS).map(([name, { title }]) => new Option(title, name)));
  find("colour").addEventListener("change", () => { show(); writeAddress(); });
  for (const name of RADIOS) {
    for (const each of document.querySelectorAll(`input[name=${name}]`)) {
      each.addEventListener("change", () => { colourSides(); redraw(); });
    }
  }
  find("cycle").addEventListener("change", redraw);
  for (const side of SIDES) find(`${side}-play`).addEventListener("click", () => play(side));
  find("clear").addEventListener("click", () => choosePoints([]));
  SIDES.forEach(listen);
  const whole = () => { for (const side of SIDES) shown[side].places = null; show(); };
  window.addEventListener("resize", whole);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", whole);
  window.addEventListener("hashchange", follow);
  startView();
  if (!follow()) show();
}

// Shows the view that the address names, and goes there.
function follow() {
  if (!readAddress()) return false;
  show();
  find("explorer").scrollIntoView();
  return true;
}

// At first the end of the longest series on the left, such as the largest perplexity, where one is
// longer than the first; on the right the method that the page names, or another.
function startView() {
  fillChoices();
  const names = [...find("left-series").options].map((option) => option.value);
  const length = (name) => stepsOf(name).length;
  const longest = names.reduce((best, name) => (length(name) > length(best) ? name : best));
  find("left-series").value = longest;
  find("right-series").value = names.includes(data.beside) ? data.beside : names[names.length > 1 ? 1 : 0];
  fillChoices();
  if (longest === names[0]) return;
  find("left-step").value = length(longest) - 1;
  takeStep("left");
}

document.documentElement.classList.add("scripted");
if (data.items.length) startExplorer();
else find("explorer").hidden = true;
