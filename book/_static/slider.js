// A picture whose left half shows before and whose right half shows after becomes one picture with a line to move. Without this file both stand side by side.
function startSlider(picture) {
  const place = document.createElement("span");
  place.className = "before-after-slider";
  const after = picture.cloneNode();
  // The picture that stays describes both.
  after.alt = "";
  after.className = "after";
  const line = document.createElement("input");
  Object.assign(line, { type: "range", min: 0, max: 100, step: 1, value: 50 });
  line.setAttribute("aria-label", "Line between before, on the left, and after, on the right");
  const labels = ["before", "after"].map((text) => {
    const label = document.createElement("span");
    label.className = `label ${text}`;
    label.textContent = text;
    label.setAttribute("aria-hidden", "true");
    return label;
  });
  const [width, height] = [picture.getAttribute("width"), picture.getAttribute("height")].map(Number);
  place.style.setProperty("--ratio", `${width / 2} / ${height}`);
  place.style.setProperty("--width", `${width / 2}px`);

  function move() {
    place.style.setProperty("--line", `${line.value}%`);
    line.setAttribute("aria-valuetext", `${line.value} % before`);
  }

  picture.replaceWith(place);
  picture.className = "before";
  place.append(after, picture, ...labels, line);
  line.addEventListener("input", move);
  move();
  // Said only where it is true: not on paper, and not without this file.
  const hint = document.createElement("p");
  hint.className = "slider-hint";
  hint.textContent = "Drag the line, or move it with the arrow keys.";
  const caption = place.closest("figure")?.querySelector("figcaption");
  caption?.insertBefore(hint, caption.querySelector(":scope > .origin"));
}

document.querySelectorAll("img.before-after").forEach(startSlider);
