// A slider that goes by itself, step by step, to its end.

const PAUSE = 700;
const clocks = {};

function stop(side) {
  clearInterval(clocks[side]);
  delete clocks[side];
  find(`${side}-play`).textContent = "Play";
}

function play(side) {
  if (clocks[side]) {
    stop(side);
    return;
  }
  const { value, max } = find(`${side}-step`);
  find(`${side}-play`).textContent = "Stop";
  clocks[side] = setInterval(() => forward(side), PAUSE);
  moveStep(side, value === max ? 0 : Number(value) + 1);
}

const forward = (side) => moveStep(side, Number(find(`${side}-step`).value) + 1);

function moveStep(side, place) {
  const slider = find(`${side}-step`);
  slider.value = place;
  slider.dispatchEvent(new Event("input"));
  if (slider.value === slider.max) stop(side);
}
