"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);

  /* Theme: the system's, until the reader chooses. */
  const themes = ["auto", "light", "dark"];
  const themeButton = one("#theme");
  themeButton.hidden = false;
  themeButton.addEventListener("click", () => {
    const chosen = themes[(themes.indexOf(document.documentElement.dataset.theme || "auto") + 1) % 3];
    document.documentElement.dataset.theme = chosen;
    themeButton.textContent = `Theme: ${chosen}`;
  });

  /* Tabs. */
  const tabs = all("[role=tab]").filter((tab) => !tab.hidden);
  const show = (id) => {
    for (const tab of tabs) {
      const selected = tab.getAttribute("aria-controls") === id;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !selected;
    }
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => {
      show(tab.getAttribute("aria-controls"));
      remember();
    });
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        const next = tabs[(index + step + tabs.length) % tabs.length];
        next.focus();
        next.click();
      }
    });
  });

  /* Filters: nothing ticked means everything. */
  const findings = all(".finding");
  const form = one("#filters");
  const search = one("#search");
  const texts = new Map();
  const textOf = (element) => {
    if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
    return texts.get(element);
  };
  const wordsIn = (input) => input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const ticked = (name) => new Set(all(`input[name=${name}]:checked`, form).map((input) => input.value));
  const filter = () => {
    const words = wordsIn(search);
    const facets = ["severity", "rule", "file"].map((name) => [name, ticked(name)]);
    let shown = 0;
    for (const finding of findings) {
      const visible =
        facets.every(([name, values]) => !values.size || values.has(finding.dataset[name])) &&
        words.every((word) => textOf(finding).includes(word));
      finding.hidden = !visible;
      shown += visible;
    }
    for (const file of all(".file")) file.hidden = !file.querySelector(".finding:not([hidden])");
    one("#shown").textContent = `Showing ${shown} of ${findings.length}`;
    one("#clear").hidden = shown === findings.length;
    one("#no-match").hidden = shown > 0;
  };
  const clear = () => {
    form.reset();
    filter();
  };

  /* The address keeps the filters, so that a view can be sent. */
  function remember() {
    const state = new URLSearchParams();
    if (form) {
      if (search.value) state.set("q", search.value);
      for (const name of ["severity", "rule", "file"]) for (const value of ticked(name)) state.append(name, value);
    }
    if (!one("#routes").hidden && one("#findings").hidden) state.set("part", "routes");
    history.replaceState(null, "", state.size ? `#${state}` : location.pathname + location.search);
  }
  /* At once, and again when what is around it has been laid out: a smooth journey would end where it was before. */
  const reveal = (target) => {
    target.focus({ preventScroll: true });
    const scroll = () => target.scrollIntoView({ behavior: "instant" });
    scroll();
    requestAnimationFrame(() => requestAnimationFrame(scroll));
  };
  const restore = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target?.classList.contains("finding")) {
      show("findings");
      if (target.hidden) clear();
      reveal(target);
      return;
    }
    const state = new URLSearchParams(location.hash.slice(1));
    if (form) {
      search.value = state.get("q") || "";
      for (const input of all("input[type=checkbox]", form)) input.checked = state.getAll(input.name).includes(input.value);
      filter();
    }
    show(state.get("part") === "routes" ? "routes" : "findings");
  };
  if (form) {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      filter();
      remember();
    });
    one("#clear").addEventListener("click", () => {
      clear();
      remember();
    });
    if (matchMedia("(max-width: 60rem)").matches) one(".filters details").open = false;
  }

  /* Routes. */
  const routeSearch = one("#route-search");
  const routeKind = one("#route-kind");
  const filterRoutes = () => {
    const words = wordsIn(routeSearch);
    let shown = 0;
    for (const row of all("#routes tbody tr")) {
      const kind = routeKind.value;
      const visible = (!kind || row.dataset[kind] === "yes") && words.every((word) => textOf(row).includes(word));
      row.hidden = !visible;
      shown += visible;
    }
    one("#routes-shown").textContent = `Showing ${shown} of ${all("#routes tbody tr").length}`;
  };
  if (routeSearch) {
    routeSearch.addEventListener("input", filterRoutes);
    routeKind.addEventListener("input", filterRoutes);
  }

  /* Keys. */
  const step = (by) => {
    const visible = findings.filter((finding) => !finding.hidden);
    const current = visible.indexOf(document.activeElement.closest(".finding"));
    const next = visible[current < 0 ? (by > 0 ? 0 : visible.length - 1) : current + by];
    if (next) next.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onRoutes = one("#findings").hidden;
    const box = onRoutes ? routeSearch : search;
    if (event.target === box && event.key === "Escape") {
      box.value = "";
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (event.target.matches("input, select, textarea")) return;
    if (event.key === "/" && box) {
      event.preventDefault();
      const folded = box.closest("details");
      if (folded) folded.open = true;
      box.focus();
    } else if (event.key === "j" && !onRoutes) step(1);
    else if (event.key === "k" && !onRoutes) step(-1);
  });

  window.addEventListener("hashchange", restore);
  restore();
})();
