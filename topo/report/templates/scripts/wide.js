// Frames that are wider than the window say that they scroll.

function markWide() {
  for (const frame of document.querySelectorAll(".scroll")) {
    frame.classList.toggle("wide", frame.scrollWidth > frame.clientWidth + 1);
  }
}

markWide();
// Pictures have their width when all is loaded.
for (const change of ["load", "resize"]) window.addEventListener(change, markWide);
// What is folded has no width until it is opened.
document.addEventListener("toggle", markWide, true);
