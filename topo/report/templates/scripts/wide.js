// Frames that are wider than the window say that they scroll.

function markWide() {
  for (const frame of document.querySelectorAll(".scroll")) {
    frame.classList.toggle("wide", frame.scrollWidth > frame.clientWidth + 1);
  }
}

markWide();
window.addEventListener("resize", markWide);
// What is folded has no width until it is opened.
document.addEventListener("toggle", markWide, true);
