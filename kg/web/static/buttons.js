// Buttons to zoom a drawing, for who uses no wheel.
"use strict";
function buttons(box, zoom, whole) {
  const row = document.createElement("p");
  row.className = "zoom";
  for (const [text, label, act] of [["+", "Closer", () => zoom(2)], ["−", "Farther", () => zoom(0.5)], ["○", "All", whole]]) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text, title: label });
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    row.append(button);
  }
  box.append(row);
}
