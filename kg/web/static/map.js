// Draws the places of the table on an outline of countries that this server keeps; nothing is loaded from elsewhere.
"use strict";
(async () => {
  const box = document.getElementById("map");
  const [world, answer] = await Promise.all([fetch("/lib/countries.json"), fetch(`/map.json${location.search}`)]);
  if (!world.ok || !answer.ok) return;
  const { places } = await answer.json(), outline = await world.json();
  if (!places.length) return;
  const { svg, width, height } = drawing(box, "Map of places");
  const words = { Statement: "statements", MilitaryAction: "military actions", Negotiation: "negotiations", Relation: "ties" };
  const countries = topojson.feature(outline, outline.objects.countries).features;
  for (const place of places) place.n = d3.sum(Object.values(place.events));

  const [projection, outside] = framed();
  for (const place of places) place.at = projection([place.longitude, place.latitude]);
  const layer = svg.append("g");
  const path = d3.geoPath(projection);
  layer.append("path").attr("class", "land").attr("d", path({ type: "FeatureCollection", features: countries }));
  const border = layer.append("path").attr("class", "border").attr("d", path(topojson.mesh(outline, outline.objects.countries)));

  // The marks of a place stand side by side; the larger ones are drawn first, so that the smaller lie on top.
  const radius = d3.scaleSqrt([1, Math.max(16, d3.max(places, (p) => d3.max(Object.values(p.events))))], [5, 17]);
  const marks = [];
  for (const place of places) {
    place.marks = Object.keys(SHAPES).filter((family) => place.events[family])
      .map((family) => ({ place, family, n: place.events[family], r: radius(place.events[family]) }));
    Object.assign(place, { dx: 0, dy: 0 });
    let aside = -d3.sum(place.marks, (m) => m.r);
    for (const mark of place.marks) {
      Object.assign(mark, { aside: aside + mark.r, dx: aside + mark.r, dy: 0 });
      aside += 2 * mark.r;
    }
    marks.push(...place.marks);
  }
  marks.sort((a, b) => b.n - a.n);
  const country = layer.selectAll("text.country").data(countries).join("text").attr("class", "country").text((c) => c.properties.name);
  const link = layer.selectAll("a").data(marks).join("a").attr("href", (m) => m.place.path).attr("tabindex", -1).attr("class", (m) => `f-${m.family}`);
  link.append("path").attr("class", "spot").attr("d", (m) => d3.symbol(SHAPES[m.family], Math.PI * m.r * m.r)());
  link.append("title").text((m) => `${m.place.label}: ${m.n} ${m.n === 1 ? words[m.family].slice(0, -1) : words[m.family]}`);
  const label = layer.selectAll("text.place").data(places).join("text").attr("class", "place").text((p) => p.label);
  for (const text of [...label.nodes(), ...country.nodes()]) text.__data__.wide = text.getComputedTextLength();

  const moved = (k) => {
    link.attr("transform", (m) => `translate(${m.place.at[0] + m.dx / k},${m.place.at[1] + m.dy / k}) scale(${1 / k})`);
    label.attr("transform", (p) => `translate(${p.at[0] + p.dx / k},${p.at[1] + p.dy / k}) scale(${1 / k})`);
    country.attr("transform", (c) => (c.at ? `translate(${c.at}) scale(${1 / k})` : null));
    border.attr("stroke-width", 1 / k);
  };
  const zoom = d3.zoom().on("zoom", ({ transform }) => { layer.attr("transform", transform); moved(transform.k); })
    .on("end", ({ transform }) => { settle(transform); moved(transform.k); });
  const whole = all();
  zoom.scaleExtent([Math.min(0.3, whole.k), 40000 / projection.scale()]);
  zoomable(box, svg, zoom, whole);
  hint(box, outside ? `${outside} of the ${places.length} places lie outside the first view; ○ shows all. ` : "", "the page of a place");
  const wanted = places.find((p) => p.path === location.hash.slice(1));
  const near = Math.max(1, 4000 / projection.scale());
  svg.call(zoom.transform, wanted ? d3.zoomIdentity.translate(width / 2, height / 2).scale(near).translate(-wanted.at[0], -wanted.at[1]) : d3.zoomIdentity);
  if (wanted) label.filter((p) => p === wanted).classed("wanted", true);

  // The first view, and how many places lie outside: all places, or those nearest to the middle of what is told that hold nine tenths of the events;
  // where many would lie on each other even so, and a frame of a third of the width holds three fifths, that one.
  function framed() {
    const weighed = (key) => d3.median(places.flatMap((p) => Array(Math.ceil(100 * p.n / places[0].n)).fill(p[key])));
    const middle = [weighed("longitude"), weighed("latitude")], total = d3.sum(places, (p) => p.n);
    const near = d3.sort(places, (p) => d3.geoDistance(middle, [p.longitude, p.latitude]));
    const [every, most, core] = [1, 9 / 10, 3 / 5].map((share) => {
      let told = 0;
      const points = near.filter((p) => told < share * total && (told += p.n))
        .flatMap((p) => [[p.longitude - 0.7, p.latitude - 0.5], [p.longitude + 0.7, p.latitude + 0.5]]);
      const projection = d3.geoMercator().fitExtent([[width * 0.08, 60], [width * 0.92, height - 40]], { type: "MultiPoint", coordinates: points });
      const spots = places.map((p) => projection([p.longitude, p.latitude]));
      const crowded = spots.filter((a) => spots.some((b) => b !== a && Math.hypot(a[0] - b[0], a[1] - b[1]) < 24)).length;
      const outside = spots.filter(([x, y]) => x < 0 || y < 0 || x > width || y > height).length;
      return { projection, crowded: crowded > places.length / 4, outside };
    });
    const best = [every, most].find((view) => !view.crowded) || (core.projection.scale() > 3 * most.projection.scale() ? core : most);
    return [best.projection, best.outside];
  }

  // The transform that shows all places.
  function all() {
    const [x0, x1] = d3.extent(places, (p) => p.at[0]), [y0, y1] = d3.extent(places, (p) => p.at[1]);
    const k = Math.min(1, 0.84 * width / (x1 - x0), (height - 130) / (y1 - y0));
    return d3.zoomIdentity.translate(width / 2, height / 2 + 20).scale(k).translate(-(x0 + x1) / 2, -(y0 + y1) / 2);  // clear of the buttons
  }

  // Moves marks that would hide each other a little apart, and finds room for the names: of places first, then of countries.
  function settle({ k, x, y }) {
    for (const m of marks) Object.assign(m, { x: m.place.at[0] * k + m.aside, y: m.place.at[1] * k, vx: 0, vy: 0 });
    const home = marks.map((m) => [m.place.at[0] * k, m.place.at[1] * k]);
    d3.forceSimulation(marks).stop()
      .force("x", d3.forceX((m) => m.place.at[0] * k + m.aside).strength(0.3)).force("y", d3.forceY((m) => m.place.at[1] * k).strength(0.3))
      .force("apart", d3.forceCollide((m) => m.r * 0.8).iterations(2)).tick(40);
    marks.forEach((m, i) => Object.assign(m, { dx: m.x - home[i][0], dy: m.y - home[i][1] }));
    const taken = [[width - 150 - x, -y, width - x, 56 - y]];  // the buttons
    const drawn = marks.map((m) => [m.x - m.r, m.y - m.r, m.x + m.r, m.y + m.r]);
    const free = (one, others) => !others.some((o) => one[0] < o[2] && o[0] < one[2] && one[1] < o[3] && o[1] < one[3]);
    label.attr("display", (p, i) => {
      const own = p.marks, left = d3.min(own, (m) => m.x - m.r), right = d3.max(own, (m) => m.x + m.r), middle = (left + right) / 2, half = p.wide / 2;
      const above = d3.min(own, (m) => m.y - m.r), below = d3.max(own, (m) => m.y + m.r), level = (above + below) / 2;
      const tries = [[middle, below + 9], [middle, above - 9], [right + half + 4, level], [left - half - 4, level]]
        .map(([cx, cy]) => [cx - half - 1, cy - 7, cx + half + 1, cy + 7]).filter((one) => free(one, taken));
      const kept = tries.find((one) => free(one, drawn)) || (i < 6 ? tries[0] : null);  // those with most events are named even if a mark suffers
      Object.assign(p, { dx: 0, dy: 0 });
      if (!kept) return "none";
      taken.push(kept);
      Object.assign(p, { dx: (kept[0] + kept[2]) / 2 - p.at[0] * k, dy: (kept[1] + kept[3]) / 2 - p.at[1] * k });
      return null;
    });
    const now = d3.geoMercator().scale(projection.scale() * k).translate(projection.translate().map((v, i) => v * k + [x, y][i]));
    const seen = d3.geoPath(now.clipExtent([[0, 0], [width, height]]));
    const named = new Set(places.map((p) => p.label));
    country.attr("display", (c) => {
      const [[x0, y0], [x1, y1]] = seen.bounds(c);
      c.at = null;
      if (named.has(c.properties.name) || !(x1 - x0 > c.wide + 8 && y1 - y0 > 24)) return "none";
      const [cx, cy] = seen.centroid(c), one = [cx - x - c.wide / 2, cy - y - 8, cx - x + c.wide / 2, cy - y + 8];
      if (!free(one, taken) || !free(one, drawn) || !d3.geoContains(c, projection.invert([(cx - x) / k, (cy - y) / k]))) return "none";
      taken.push(one);
      c.at = [(cx - x) / k, (cy - y) / k];
      return null;
    });
  }
})();
