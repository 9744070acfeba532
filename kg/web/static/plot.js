// What the drawings share: the shapes of the families, the way to zoom, and the line that tells of it.
"use strict";
// The same shapes as the legends have, in style.css: circle, square, diamond, bar.
const SHAPES = {
  Statement: d3.symbolCircle, MilitaryAction: d3.symbolSquare, Negotiation: d3.symbolDiamond2,
  Relation: { draw: (context, size) => { const wide = Math.sqrt(size * 1.5); context.rect(-wide / 2, -wide / 5.2, wide, wide / 2.6); } },
};

// An empty drawing of the size of its box, which is shown now, with its legend.
function drawing(box, label) {
  for (const part of document.querySelectorAll(`#${box.id}, .legend[hidden]`)) part.hidden = false;
  const width = box.clientWidth, height = box.clientHeight;
  const svg = d3.select(box).append("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("role", "group")
    .attr("aria-label", `${label}; the table below says the same`);
  return { svg, width, height };
}

// Lets a drawing be moved and zoomed. The plain wheel and a single finger are left to the page, so that nobody gets stuck in a drawing.
function zoomable(box, svg, zoom, whole) {
  zoom.filter((event) => (event.type === "wheel" ? event.ctrlKey || event.metaKey : event.touches ? event.touches.length > 1 : !event.button))
    .wheelDelta((event) => Math.max(-0.6, Math.min(0.6, -event.deltaY * (event.deltaMode === 1 ? 0.05 : event.deltaMode ? 1 : 0.02))));
  svg.call(zoom);
  // At the ends of its range the zoom ignores the wheel, and the browser would zoom the page instead.
  svg.node().addEventListener("wheel", (event) => { if (event.ctrlKey || event.metaKey) event.preventDefault(); }, { passive: false });
  const row = document.createElement("p");
  row.className = "zoom";
  for (const [text, label, act] of [["+", "Closer", () => svg.call(zoom.scaleBy, 2)], ["−", "Farther", () => svg.call(zoom.scaleBy, 0.5)],
    ["○", "All", () => svg.call(zoom.transform, whole)]]) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text, title: label });
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    row.append(button);
  }
  box.append(row);
}

// Says below a drawing what it leaves out, and how to move in it.
function hint(box, leftOut, target) {
  const note = document.createElement("p");
  note.className = "soft hint";
  note.textContent = leftOut + (matchMedia("(pointer: coarse)").matches ? `Two fingers move and zoom, as do the buttons; a tap leads to ${target}.`
    : `Drag to move; Ctrl and wheel, a double-click or the buttons zoom; a click leads to ${target}.`);
  box.after(note);
}
