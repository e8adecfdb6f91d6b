// Dialogs, messages, dates and copying. Everything else is done by the server, and by htmx in its name.
(() => {
  "use strict";
  const STAYS = 10000; // milliseconds that good news stays to be read
  const dialog = document.getElementById("dialog");
  const content = document.getElementById("dialog-content");
  const messages = document.getElementById("messages");
  const body = document.body;
  let opener = null;

  // Dialogs: the focus goes in, and back to what opened it.
  const open = () => {
    if (!dialog.open) {
      opener = document.activeElement;
      messages.replaceChildren();
      dialog.showModal();
    }
    const meant = content.querySelector("[data-focus]");
    const wrong = content.querySelector("[aria-invalid=true]");
    const first = meant || wrong || content.querySelector("form select, form input:not([type=hidden])");
    (first || content.querySelector("h2") || dialog).focus();
  };
  const giveFocusBack = () => {
    const again = opener && (opener.isConnected ? opener : opener.id && document.getElementById(opener.id));
    (again || document.getElementById("main")).focus();
    opener = null;
  };
  dialog.addEventListener("close", () => {
    content.replaceChildren();
    giveFocusBack();
  });
  // The browser tells of the end a little later: what was in the dialog goes at once, so that nothing opens it again.
  const close = () => {
    content.replaceChildren();
    dialog.close();
  };
  body.addEventListener("dialog-close", () => dialog.open && close());
  body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target === content && content.children.length) open();
  });

  // What had the focus may be gone from a part that is drawn anew: then it goes to the heading over that part.
  let left = null;
  body.addEventListener("htmx:beforeSwap", (event) => {
    const { target } = event.detail;
    if (target.contains(document.activeElement) && !("ownFocus" in target.dataset)) left = target.closest("section");
  });
  body.addEventListener("htmx:afterSettle", () => {
    const heading = left?.querySelector("h2");
    left = null;
    if (!heading || document.activeElement !== body) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });

  // What is unfolded in a part that is drawn anew stays so.
  let unfolded = [];
  body.addEventListener("htmx:beforeSwap", (event) => {
    unfolded = [...event.detail.target.querySelectorAll("details[open][id]")].map((details) => details.id);
  });
  body.addEventListener("htmx:afterSwap", () => {
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    unfolded = [];
  });

  // Messages: good news goes by itself, unless it is being looked at; bad news stays until it is dismissed.
  const pass = (message) =>
    setTimeout(() => (message.matches(":hover, :focus-within") ? pass(message) : message.remove()), STAYS);
  const receive = () => {
    for (const message of messages.querySelectorAll(".success:not([data-passing]), .info:not([data-passing])")) {
      message.dataset.passing = "";
      pass(message);
    }
  };
  new MutationObserver(receive).observe(messages, { childList: true });
  receive();

  const trouble = (text) => {
    const inside = dialog.open && document.getElementById("dialog-trouble");
    if (inside) {
      inside.textContent = text;
      inside.hidden = false;
      return;
    }
    const message = document.getElementById("message-form").content.cloneNode(true);
    message.querySelector("p").textContent = text;
    messages.replaceChildren(message);
  };
  const asks = (event) => !event.detail.elt.matches(".bell"); // every page rings by itself, and nobody waits for that
  body.addEventListener("htmx:responseError", (event) => {
    if (asks(event)) trouble(event.detail.xhr.status < 500 ? body.dataset.refused : body.dataset.failed);
  });
  body.addEventListener("htmx:sendError", (event) => asks(event) && trouble(body.dataset.unreachable));
  body.addEventListener("htmx:beforeSwap", (event) => {
    const told = document.getElementById("dialog-trouble");
    if (told && event.detail.shouldSwap) told.hidden = true; // the portal answers again
  });

  // What is under way is not asked for again by a second click; what follows the news says by hx-sync that it asks anew.
  document.addEventListener("htmx:confirm", (event) => {
    const asked = event.detail.elt;
    if (asked.classList.contains("htmx-request") && !asked.hasAttribute("hx-sync")) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("hx-post") || form.hasAttribute("hx-get")) return;
    if ("sent" in form.dataset) event.preventDefault();
    form.dataset.sent = "";
  });

  // A field that somebody is typing in is not drawn anew by an answer that comes late.
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("input")) event.target.dataset.entered = event.target.value;
  });
  body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const box = document.activeElement;
    const typing = event.detail.target.contains(box) && box.matches("input") && box.value !== box.dataset.entered;
    if (typing) event.detail.shouldSwap = false;
  });

  // Dates in the page's language and the reader's time zone, in the way of his country where the browser names one; the
  // server's text says its zone.
  const { lang } = document.documentElement;
  const locale = navigator.languages.find((name) => name.split("-")[0] === lang) || lang;
  const localize = () => {
    for (const time of document.querySelectorAll("time[data-local]")) {
      const when = new Date(time.dateTime);
      time.removeAttribute("data-local");
      time.title = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" }).format(when);
      time.textContent = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(when);
    }
  };
  localize();
  body.addEventListener("htmx:afterSwap", localize);

  // What another tab has done meanwhile is seen when one comes back to this one.
  const news = () => {
    if (!document.hidden) body.dispatchEvent(new Event("connections-changed"));
  };
  document.addEventListener("visibilitychange", news);
  window.addEventListener("pageshow", (event) => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    if (event.persisted) news();
  });

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      const { hidden } = source;
      source.hidden = false;
      source.select();
      document.execCommand("copy");
      source.hidden = hidden;
      button.focus();
    }
    document.getElementById(button.dataset.told).textContent = button.dataset.done;
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]") && dialog.open) close();
    const dismissed = event.target.closest("[data-dismiss]")?.closest(".message");
    if (dismissed) {
      dismissed.remove();
      document.getElementById("main").focus({ preventScroll: true });
    }
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
