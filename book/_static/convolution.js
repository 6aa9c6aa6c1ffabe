// The windows of a convolution on a grid. The page that has a place for them loads this file; without it, its figure says the same.
const SETTINGS = {
  size: { label: "Image: pixels on a side", min: 4, max: 12, value: 7 },
  kernel: { label: "Kernel: pixels on a side", min: 1, max: 5, value: 3 },
  stride: { label: "Stride", min: 1, max: 4, value: 1 },
  padding: { label: "Padding: zeros on each side", min: 0, max: 3, value: 0 },
  dilation: { label: "Dilation", min: 1, max: 3, value: 1 },
};
const CELL = 20;
const PAUSE = 350;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function outputSize({ size, kernel, stride, padding, dilation }) {
  const free = size + 2 * padding - dilation * (kernel - 1) - 1;
  return free < 0 ? 0 : Math.floor(free / stride) + 1;
}

// A square of small squares; `kind(row, column)` gives the class of each.
function drawGrid(side, description, kind) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  const length = side * CELL + 2;
  drawing.setAttribute("viewBox", `-1 -1 ${length} ${length}`);
  drawing.setAttribute("width", length);
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", description);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const cell = document.createElementNS(space, "rect");
      cell.setAttribute("class", kind(row, column));
      cell.setAttribute("x", column * CELL + 1);
      cell.setAttribute("y", row * CELL + 1);
      cell.setAttribute("width", CELL - 2);
      cell.setAttribute("height", CELL - 2);
      drawing.append(cell);
    }
  }
  return drawing;
}

function addSlider(parent, name, { label, min, max, value }, onInput) {
  const id = `convolution-${name}`;
  const input = element("input", { type: "range", id, min, max, step: 1, value });
  // A slider says its value itself; a second voice would only repeat it.
  const shown = element("span", { "aria-hidden": "true" }, String(value));
  parent.append(element("div", { class: "setting" }, element("label", { for: id }, label), input, shown));
  input.addEventListener("input", () => onInput());
  return { input, shown };
}

function startWidget(place) {
  const controls = element("fieldset", {}, element("legend", {}, "The windows of a convolution"));
  const sliders = {};
  for (const [name, setting] of Object.entries(SETTINGS)) {
    sliders[name] = addSlider(controls, name, setting, () => change());
  }
  const position = addSlider(controls, "position", { label: "Window", min: 0, max: 0, value: 0 }, () => draw());
  const button = element("button", { type: "button" }, "Move the window");
  const result = element("p", { role: "status", class: "result" });
  // Says where a press of the button has brought the window; the eye sees it.
  const moved = element("p", { role: "status", class: "visually-hidden" });
  const grids = element("div", { class: "grids" });
  place.append(controls, button, result, moved, grids);

  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let timer = null;

  function values() {
    return Object.fromEntries(Object.entries(sliders).map(([name, { input }]) => [name, Number(input.value)]));
  }

  function draw() {
    const chosen = values();
    const { size, kernel, stride, padding, dilation } = chosen;
    const output = outputSize(chosen);
    const index = Number(position.input.value);
    const [row, column] = output ? [Math.floor(index / output), index % output] : [0, 0];
    const where = output ? `row ${row + 1}, column ${column + 1}` : "none fits";
    position.shown.textContent = where;
    position.input.setAttribute("aria-valuetext", where);

    const inWindow = (at, start) => {
      const offset = at - start * stride;
      return offset >= 0 && offset % dilation === 0 && offset / dilation < kernel;
    };
    const inImage = (at) => at >= padding && at < padding + size;
    const input = drawGrid(
      size + 2 * padding,
      output ? `Image with the window that gives ${where} of the output` : "Image, smaller than the window",
      (y, x) =>
        (inImage(y) && inImage(x) ? "pixel" : "zero")
        + (output && inWindow(y, row) && inWindow(x, column) ? " seen" : ""),
    );
    const made = drawGrid(output, `Output of ${output} by ${output} values`, (y, x) =>
      y === row && x === column ? "pixel seen" : "pixel",
    );
    grids.replaceChildren(
      element("figure", {}, input, element("figcaption", {}, "image")),
      element("figure", {}, made, element("figcaption", {}, "output")),
    );
  }

  function change() {
    const chosen = values();
    for (const [name, { shown }] of Object.entries(sliders)) {
      shown.textContent = chosen[name];
    }
    const { size, kernel, stride, padding, dilation } = chosen;
    const output = outputSize(chosen);
    const sum = `(${size} + 2 · ${padding} − ${dilation} · (${kernel} − 1) − 1) / ${stride}`;
    result.textContent = output
      ? `Output: ${output} × ${output}. ${sum}, rounded down, plus 1, is ${output}.`
      : "Output: none. The window is larger than the image with its zeros.";
    position.input.max = Math.max(output * output - 1, 0);
    position.input.disabled = output === 0;
    button.disabled = output === 0;
    if (output === 0 && timer !== null) {
      stop();
    }
    draw();
  }

  function step() {
    const next = Number(position.input.value) + 1;
    position.input.value = next > Number(position.input.max) ? 0 : next;
    draw();
  }

  function stop() {
    window.clearInterval(timer);
    timer = null;
    button.textContent = "Move the window";
  }

  // Who wants no motion gets one step a press.
  button.addEventListener("click", () => {
    if (timer !== null) {
      stop();
    } else if (still.matches) {
      step();
      moved.textContent = position.shown.textContent;
    } else {
      timer = window.setInterval(step, PAUSE);
      button.textContent = "Stop the window";
    }
  });
  still.addEventListener("change", stop);
  change();
}

document.querySelectorAll(".convolution-widget").forEach(startWidget);
