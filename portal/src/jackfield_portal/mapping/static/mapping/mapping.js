// The mapping table: drop-downs that search on the server, suggestions that are taken, and a guard for unsaved changes.
// Everything hangs on the document, so a table that is swapped in works without being set up.
(() => {
  "use strict";
  const PAUSE = 60; // milliseconds of rest before the server is asked
  let timer = 0;
  let asked = null;

  const section = () => document.getElementById("mapping-section");
  const rows = () => [...document.querySelectorAll("#mapping-section [data-row]")];
  const valueOf = (row) => row.querySelector("[data-value]").value;
  const changed = (row) => valueOf(row) !== row.dataset.was;
  const boxOf = (picker) => picker.querySelector("[role=combobox]");
  const listOf = (picker) => picker.querySelector("[role=listbox]");

  // How many changes wait for Save, those on other pages included.
  const unsaved = () => {
    const rest = document.querySelector("#mapping-section [data-take-rest]");
    const others = rest ? Number(rest.value) : 0;
    return rows().filter(changed).length + others;
  };
  const tell = () => {
    const marker = document.getElementById("mapping-unsaved");
    if (!marker) return;
    const count = unsaved();
    const text = count === 0 ? "" : count === 1 ? marker.dataset.one : marker.dataset.many.replace("%n", count);
    if (marker.textContent === text) return; // and why a save was refused stays to be read
    marker.textContent = text;
    if (text) document.getElementById("mapping-result").textContent = ""; // it tells of what was before
  };

  const choose = (row, id, name) => {
    const box = row.querySelector("[role=combobox]");
    row.querySelector("[data-value]").value = id;
    box.value = name;
    box.dataset.name = name;
    row.querySelector("[data-clear]").hidden = !id;
    const offer = row.querySelector("[data-offer]");
    if (offer) offer.hidden = Boolean(id);
    row.classList.toggle("changed", changed(row));
    tell();
  };

  const close = (picker) => {
    clearTimeout(timer);
    if (asked) asked.abort();
    const box = boxOf(picker);
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    listOf(picker).hidden = true;
    listOf(picker).replaceChildren();
  };

  const line = (text, className) => {
    const item = document.createElement("li");
    item.className = className;
    item.setAttribute("role", "option");
    item.setAttribute("aria-disabled", "true");
    item.textContent = text;
    return item;
  };
  const option = (list, user, place) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.id = user.id;
    item.dataset.name = user.name;
    const name = document.createElement("span");
    name.textContent = user.name;
    item.append(name);
    if (user.detail) {
      const detail = document.createElement("small");
      detail.textContent = user.detail;
      item.append(" ", detail);
    }
    return item;
  };

  const show = (picker, items) => {
    const list = listOf(picker);
    list.replaceChildren(...items);
    list.hidden = false;
    boxOf(picker).setAttribute("aria-expanded", "true");
    boxOf(picker).removeAttribute("aria-activedescendant");
    list.scrollIntoView({ block: "nearest" });
  };
  const ask = async (picker, words) => {
    if (asked) asked.abort();
    asked = new AbortController();
    const list = listOf(picker);
    const texts = picker.closest("[data-none]").dataset;
    const from = picker.closest("[data-url]").dataset;
    const query = new URLSearchParams({ connection: from.connection, q: words });
    try {
      const answer = await fetch(`${from.url}?${query}`, {
        signal: asked.signal,
        headers: { Accept: "application/json" },
      });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const found = await answer.json();
      const items = found.users.map((user, place) => option(list, user, place));
      if (!items.length) items.push(line(texts.none, "picker-note"));
      if (found.more) items.push(line(texts.more, "picker-note"));
      show(picker, items);
      if (words && found.users.length) point(picker, 0);
    } catch (failure) {
      if (failure.name !== "AbortError") show(picker, [line(texts.failed, "picker-note")]);
    }
  };
  const askSoon = (picker, words) => {
    clearTimeout(timer);
    timer = setTimeout(() => ask(picker, words), PAUSE);
  };

  const choices = (picker) => [...listOf(picker).querySelectorAll("[data-id]")];
  const pointed = (picker) => choices(picker).findIndex((item) => item.getAttribute("aria-selected") === "true");
  const point = (picker, place) => {
    const items = choices(picker);
    if (!items.length) return;
    const at = (place + items.length) % items.length;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    boxOf(picker).setAttribute("aria-activedescendant", items[at].id);
    items[at].scrollIntoView({ block: "nearest" });
  };
  const pick = (picker, item) => {
    choose(picker.closest("[data-row]"), item.dataset.id, item.dataset.name);
    close(picker);
  };

  const keys = {
    ArrowDown: (picker) => (listOf(picker).hidden ? ask(picker, "") : point(picker, pointed(picker) + 1)),
    ArrowUp: (picker) => (listOf(picker).hidden ? ask(picker, "") : point(picker, Math.max(pointed(picker), 0) - 1)),
    Enter: (picker) => {
      const item = choices(picker)[pointed(picker)];
      if (item) pick(picker, item);
    },
    Escape: (picker) => {
      boxOf(picker).value = boxOf(picker).dataset.name;
      close(picker);
    },
  };
  document.addEventListener("keydown", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    if (!picker || event.target !== boxOf(picker) || !keys[event.key] || event.isComposing) return;
    event.preventDefault();
    keys[event.key](picker);
  });
  document.addEventListener("input", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    if (picker) askSoon(picker, event.target.value.trim());
  });
  document.addEventListener("focusout", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    if (!picker || event.target !== boxOf(picker)) return;
    const box = boxOf(picker);
    if (!box.value.trim() && box.dataset.name) choose(picker.closest("[data-row]"), "", "");
    box.value = box.dataset.name;
    close(picker);
  });
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.("[data-picker] [role=listbox]")) event.preventDefault(); // the focus stays in the box
  });

  const takeAll = (button) => {
    const sure = rows()
      .map((row) => ({ row, take: row.querySelector("[data-sure]") }))
      .filter(({ row, take }) => take && !changed(row));
    const here = rows().filter((row) => row.querySelector("[data-sure]")).length;
    for (const { row, take } of sure) choose(row, take.dataset.take, take.dataset.name);
    const rest = document.querySelector("#mapping-section [data-take-rest]");
    const others = Number(button.dataset.certain) - here;
    rest.value = others > 0 ? others : "";
    button.disabled = true;
    document.querySelector("[type=submit][form=mapping-form]").focus({ preventScroll: true }); // what comes next
    tell();
  };
  const clicks = [
    ["[data-picker] [data-id]", (item) => pick(item.closest("[data-picker]"), item)],
    ["[data-picker] [role=combobox]", (box) => {
      const picker = box.closest("[data-picker]");
      if (listOf(picker).hidden) ask(picker, "");
    }],
    ["[data-clear]", (button) => {
      const row = button.closest("[data-row]");
      choose(row, "", "");
      row.querySelector("[role=combobox]").focus();
    }],
    ["[data-take]", (button) => {
      const row = button.closest("[data-row]");
      choose(row, button.dataset.take, button.dataset.name);
      row.querySelector("[role=combobox]").focus();
    }],
    ["[data-take-all]", takeAll],
    ["[data-tick-all]", (box) => {
      for (const tick of document.querySelectorAll("#mapping-section [data-tick]")) tick.checked = box.checked;
    }],
  ];
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-dialog]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      htmx.ajax("GET", link.href, { source: link, target: "#dialog-content", swap: "innerHTML" });
      return;
    }
    const inside = event.target.closest?.("#mapping-section, [data-pickers]");
    if (!inside) return;
    for (const [selector, act] of clicks) {
      const met = event.target.closest(selector);
      if (met) return act(met);
    }
  });

  // Leaving the page, or having the table swapped, must not lose anything unnoticed.
  window.addEventListener("beforeunload", (event) => {
    if (unsaved()) event.preventDefault();
  });
  document.addEventListener("htmx:confirm", (event) => {
    const from = event.detail.elt;
    if (event.detail.target !== section() || from.id === "mapping-form" || !unsaved()) return;
    event.preventDefault();
    if (from === section()) return; // news from elsewhere can wait
    if (window.confirm(section().dataset.question)) event.detail.issueRequest(true);
  });
  document.addEventListener("htmx:afterSettle", tell);

  // Whoever pressed a button of the table that is there no more goes on where it led to.
  let pressed = "";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === section()) pressed = document.activeElement.id;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.elt.id !== "mapping-section" || !pressed || document.activeElement !== document.body) return;
    const places = { "mapping-edit-": "[role=combobox]", "mapping-match-": "#mapping-take-all" };
    const from = Object.keys(places).find((start) => pressed.startsWith(start));
    const next = places[from] || ".mapping-icon";
    (section().querySelector(next) || section().querySelector("button, [role=region]"))?.focus();
    pressed = "";
  });
})();
