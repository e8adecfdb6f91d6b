// Dialogs, messages and copying. Everything else is done by the server, and by htmx in its name.
(() => {
  "use strict";
  const dialog = document.getElementById("dialog");
  const content = document.getElementById("dialog-content");
  let opener = null;

  const open = () => {
    if (!dialog.open) {
      opener = document.activeElement;
      document.getElementById("messages").replaceChildren();
      dialog.showModal();
    }
    const first = content.querySelector("[aria-invalid=true], [data-focus], form select, form input:not([type=hidden])");
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
  document.body.addEventListener("dialog-close", () => dialog.open && close());

  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target === content && content.children.length) open();
  });

  const trouble = (text) => {
    const inside = dialog.open && document.getElementById("dialog-trouble");
    if (inside) {
      inside.textContent = text;
      inside.hidden = false;
      return;
    }
    const line = document.createElement("p");
    line.className = "message error";
    line.textContent = text;
    document.getElementById("messages").replaceChildren(line);
  };
  document.body.addEventListener("htmx:responseError", (event) => {
    trouble(event.detail.xhr.status < 500 ? document.body.dataset.refused : document.body.dataset.failed);
  });
  document.body.addEventListener("htmx:sendError", () => trouble(document.body.dataset.unreachable));

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      source.hidden = false;
      source.select();
      document.execCommand("copy");
      source.hidden = true;
      button.focus();
    }
    document.getElementById(button.dataset.told).textContent = button.dataset.done;
  };

  document.addEventListener("click", (event) => {
    const cross = event.target.closest("[data-close]");
    if (cross && dialog.open) close();
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
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
