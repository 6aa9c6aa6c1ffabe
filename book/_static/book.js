// The theme's buttons name what they call in an attribute that the content policy forbids; see finish.py.
const actions = {
  print: () => window.print(),
  fullscreen: () => window.toggleFullScreen(),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) {
    actions[button.dataset.action]();
  }
});
