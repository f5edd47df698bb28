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
  const slider = find(`${side}-step`);
  if (slider.value === slider.max) slider.value = -1;
  find(`${side}-play`).textContent = "Stop";
  clocks[side] = setInterval(() => forward(side), PAUSE);
  forward(side);
}

function forward(side) {
  const slider = find(`${side}-step`);
  slider.value = Number(slider.value) + 1;
  slider.dispatchEvent(new Event("input"));
  if (slider.value === slider.max) stop(side);
}
