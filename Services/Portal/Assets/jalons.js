// What the pages gain where scripts run. Every one of them works without.
(() => {
  "use strict";
  const root = document.documentElement;
  root.dataset.script = "";
  const remembered = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private window: not kept */ } };
  if (remembered("theme")) root.dataset.theme = remembered("theme");
  if (remembered("density")) root.dataset.density = remembered("density");

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // Theme and density --------------------------------------------------------------------------------------------

  const toggles = {
    theme() {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      remember("theme", root.dataset.theme);
    },
    density() {
      root.dataset.density = root.dataset.density === "compact" ? "comfortable" : "compact";
      remember("density", root.dataset.density);
    },
  };

  // What one folds stays folded on the next page -----------------------------------------------------------------

  let isUnfolded = false;
  const unfold = () => {
    isUnfolded = true;
    for (const part of all("details[data-fold]")) if (remembered(`fold-${part.dataset.fold}`) === "1") part.open = false;
  };
  document.addEventListener("DOMContentLoaded", unfold);
  // `toggle` does not bubble. Before, it tells of how the page came, which is no choice of the person's.
  document.addEventListener("toggle", ({ target }) => {
    if (isUnfolded && target.dataset?.fold) remember(`fold-${target.dataset.fold}`, target.open ? "" : "1");
  }, true);

  // Dates, as the server reads them too --------------------------------------------------------------------------

  const months = ["janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec"];
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();

  function day(year, month, date) {
    const found = new Date(year, month - 1, date);
    return found.getMonth() === month - 1 && found.getDate() === date ? found : null;
  }

  const weekdays = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];

  // The day that it is in France, wherever the browser is.
  function franceToday() {
    const text = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(new Date());
    const [year, month, date] = text.split("-").map(Number);
    return new Date(year, month - 1, date);
  }

  // `coming`: a day without a year is the next one.
  function readDate(text, coming = false, today = franceToday()) {
    const asked = plain(text.replace(/’/g, "'")).replace(/\s+/g, " ");
    const named = weekdays.findIndex((name) => asked.startsWith(`${name} `));
    if (named < 0) return readDay(asked, coming, today);
    const found = readDay(asked.slice(weekdays[named].length + 1), coming, today);
    return found && found.getDay() === named ? found : null;
  }

  function readDay(asked, coming, today) {
    const near = { "aujourd'hui": 0, demain: 1, hier: -1 }[asked];
    if (near !== undefined) return shifted(today, near);
    let parts = asked.match(/^([+-])\s*(\d{1,3})\s*(j|jours?|s|semaines?|m|mois)$/);
    if (parts) {
      const count = Number(parts[1] + parts[2]);
      if (parts[3].startsWith("m")) {
        const last = new Date(today.getFullYear(), today.getMonth() + count + 1, 0).getDate();
        return new Date(today.getFullYear(), today.getMonth() + count, Math.min(today.getDate(), last));
      }
      return shifted(today, parts[3].startsWith("s") ? count * 7 : count);
    }
    const dated = (year, month, date) => {
      if (year !== undefined) return day(year.length === 2 ? 2000 + Number(year) : Number(year), month, date);
      const found = day(today.getFullYear(), month, date);
      return coming && (!found || found < today) ? day(today.getFullYear() + 1, month, date) : found;
    };
    parts = asked.match(/^(\d{1,2})[/. -](\d{1,2})(?:[/. -](\d{2}|\d{4}))?$/);
    if (parts) return dated(parts[3], Number(parts[2]), Number(parts[1]));
    parts = asked.match(/^(\d{1,2})(?:er)?\s+([a-z]{3,9})\.?(?:\s+(\d{2}|\d{4}))?$/);
    if (parts) {
      const month = months.findIndex((name) => parts[2].startsWith(name) || name.startsWith(parts[2]));
      return month < 0 ? null : dated(parts[3], month + 1, Number(parts[1]));
    }
    return null;
  }

  function shifted(from, days) {
    return new Date(from.getFullYear(), from.getMonth(), from.getDate() + days);
  }

  function showDate(field) {
    const output = field.parentElement.querySelector("[data-date-read]");
    if (!output) return;
    // A contract's length counts from its start, both days included.
    const start = field.name === "endsOn" && field.value.trim().startsWith("+") && field.form?.elements.startsOn;
    const from = start && readDate(start.value);
    // An appointment is to come.
    let found = field.value.trim() && readDate(field.value, field.form?.id === "rendez-vous", from || undefined);
    if (found && from) found = shifted(found, -1);
    const manner = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
    output.textContent = found ? found.toLocaleDateString("fr-FR", manner).replace(/ 1 /, " 1er ") : field.value.trim() ? "date non reconnue" : "";
  }

  // What is typed in a long form is kept as one goes: a closed tab or a crash loses nothing.
  const waiting = new Map();

  function keepSoon(form) {
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => keep(form), 2000));
  }

  async function keep(form) {
    clearTimeout(waiting.get(form));
    waiting.delete(form);
    let name = form.elements.reprise;
    if (!name) {
      if (!crypto.randomUUID) return;
      name = Object.assign(document.createElement("input"), { type: "hidden", name: "reprise", value: crypto.randomUUID() });
      form.append(name);
    }
    const body = new URLSearchParams(new FormData(form));
    const posted = encodeURIComponent(new URL(form.action, location.href).pathname);
    try {
      const answer = await fetch(`/saisies/${name.value}?adresse=${posted}`, {
        method: "POST", body, headers: { "HX-Request": "true" }, keepalive: body.toString().length < 60000,
      });
      const told = form.querySelector("[data-kept]");
      const time = new Date().toLocaleTimeString("fr-FR", { hour: "numeric", minute: "2-digit" }).replace(":", " h ");
      if (told) told.textContent = answer.ok ? `Saisie gardée à ${time}` : "";
    } catch { /* no network: the form is still there */ }
  }

  // Fields -------------------------------------------------------------------------------------------------------

  function answers(form, name) {
    return all(`[name="${CSS.escape(name)}"]`, form)
      .filter((field) => !field.disabled && (!/radio|checkbox/.test(field.type) || field.checked))
      .map((field) => field.value);
  }

  function applyConditions(form) {
    for (const field of all("[data-when]", form)) {
      const [name, wanted] = field.dataset.when.split("=");
      const shown = answers(form, name).some((value) => wanted.split("|").includes(value));
      field.hidden = !shown;
      for (const control of all("input, select, textarea", field)) control.disabled = !shown;
    }
  }

  function showCount(area) {
    let line = area.parentElement.querySelector(".field-count");
    if (!line) {
      line = document.createElement("p");
      line.className = "field-count";
      area.after(line);
    }
    const left = area.maxLength - area.value.length;
    line.textContent = left < area.maxLength * 0.25 ? `Il reste ${left} caractères` : "";
  }

  // A new password: what identity would refuse, else how long it would hold. It is identity that decides.
  const signs = { "@": "a", 4: "a", 3: "e", "€": "e", 1: "i", "!": "i", 0: "o", $: "s", 5: "s", 7: "t" };

  function isFrequent(password, words) {
    const padded = plain(password).replace(/^\P{L}+|\P{L}+$/gu, "");
    const core = [...padded].map((sign) => signs[sign] ?? sign).filter((sign) => /[a-z]/.test(sign)).join("");
    if (!core || words.has(core)) return true;
    for (let length = 1; length <= core.length / 2; length += 1) {
      const word = core.slice(0, length);
      if (core.length % length === 0 && words.has(word) && word.repeat(core.length / length) === core) return true;
    }
    return false;
  }

  // In bits: what follows from the sign before adds little to it.
  function guesses(password) {
    const kinds = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[^a-zA-Z0-9]/, 33]];
    const pool = kinds.reduce((sum, [kind, many]) => sum + (kind.test(password) ? many : 0), 0);
    const codes = [...password].map((sign) => sign.codePointAt(0));
    const length = codes.reduce((sum, code, place) => sum + (place && Math.abs(code - codes[place - 1]) < 2 ? 0.25 : 1), 0);
    return length * Math.log2(pool || 1);
  }

  function strength(password, { least, different, own, frequent }) {
    const missing = Number(least) - [...password].length;
    if (missing > 0) return [1, `Trop court : encore ${missing} caractère${missing > 1 ? "s" : ""}`];
    if (own.split(" ").some((word) => word && plain(password).includes(word))) return [1, "Contient votre nom ou votre adresse"];
    if (new Set(password.toLowerCase()).size < Number(different) || isFrequent(password, new Set(frequent.split(" ")))) {
      return [1, "Trop courant"];
    }
    const bits = guesses(password);
    return bits < 65 ? [2, "Acceptable : plus long, il serait plus sûr"] : bits < 90 ? [3, "Solide"] : [4, "Très solide"];
  }

  function showStrength(field) {
    const holder = field.closest(".field");
    let line = holder.querySelector(".strength");
    if (!line) {
      line = document.createElement("p");
      line.className = "strength";
      line.append(document.createElement("meter"), document.createElement("span"));
      Object.assign(line.firstChild, { min: 0, max: 4, low: 2, high: 3, optimum: 4 });
      line.firstChild.setAttribute("aria-hidden", "true");
      line.lastChild.setAttribute("role", "status");
      holder.append(line);
    }
    line.hidden = !field.value;
    const [level, words] = field.value ? strength(field.value, field.dataset) : [0, ""];
    line.firstChild.value = level;
    line.lastChild.textContent = words;
  }

  // Files: each is sent by itself, with how far it is. Without scripts the form takes one --------------------------

  const plainName = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/œ/g, "oe").replace(/Œ/g, "OE")
    .replace(/[^A-Za-z0-9_-]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 120);

  // What the service takes (`DossierDocument.mostBytes`): more is not sent in vain.
  const mostBytes = 25 * 1024 * 1024;

  function prepareFiles(input) {
    input.multiple = true;
    input.form.addEventListener("submit", (event) => {
      if (!input.files.length) return;
      event.preventDefault();
      // Ctrl+Enter submits even while the button rests.
      if (!sendingButton(input.form).disabled) sendFiles(input);
    });
    const drop = input.closest("[data-drop]");
    drop?.addEventListener("dragover", (event) => event.preventDefault());
    drop?.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
    input.form.elements.name?.addEventListener("change", ({ target }) => {
      const proposed = plainName(target.value);
      if (proposed === target.value) return;
      target.value = proposed;
      say(`Nom proposé : ${proposed}`);
    });
  }

  const sendingButton = (form) => form.querySelector(".form-foot button");

  async function sendFiles(input) {
    const [form, files] = [input.form, [...input.files]];
    const button = sendingButton(form);
    form.querySelector(".sendings")?.remove();
    const list = document.createElement("ul");
    list.className = "sendings";
    list.setAttribute("role", "status");
    form.append(list);
    button.disabled = true;
    const refused = [];
    let address = null;
    for (const file of files) {
      const line = document.createElement("li");
      const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
      bar.setAttribute("aria-label", `Envoi de ${file.name}`);
      const words = Object.assign(document.createElement("span"), { textContent: file.name });
      line.append(words, bar);
      list.append(line);
      const answer = await sendFile(input, file, files.length > 1, bar);
      bar.remove();
      words.textContent = `${file.name} : ${answer.fault ?? "classé"}`;
      line.className = answer.fault ? "tone-late" : "tone-done";
      if (answer.fault) refused.push(file); else address = answer.address;
    }
    button.disabled = false;
    if (!refused.length) { location.assign(address); return; }
    const kept = new DataTransfer();
    for (const file of refused) kept.items.add(file);
    input.files = kept.files;
    list.tabIndex = -1;
    list.focus();
  }

  // What was wrong, in the server's words; nothing where the file is filed.
  function sendFile(input, file, isOneOfMany, bar) {
    if (file.size > mostBytes) {
      return { fault: "dépasse 25 Mo. Numérisez-le avec une qualité moindre ou en plusieurs parties." };
    }
    const body = new FormData(input.form);
    body.set(input.name, file);
    // A name that was typed is for one file.
    if (isOneOfMany) body.delete("name");
    // Each file is a deposit of its own.
    if (body.has("cle")) body.set("cle", `${body.get("cle")}-${[...input.files].indexOf(file)}`);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", input.form.action);
      // Told where to go instead of going there: what the next page has to say is said when one is there.
      request.setRequestHeader("HX-Request", "true");
      request.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = (loaded / total) * 100; });
      request.addEventListener("error", () => resolve({ fault: "l’envoi a été interrompu. Réessayez." }));
      request.addEventListener("load", () => {
        const address = request.getResponseHeader("HX-Redirect");
        if (address?.startsWith("/connexion")) {
          resolve({ fault: "votre session s’est fermée. Reconnectez-vous dans un autre onglet, puis réessayez." });
          return;
        }
        if (address) { resolve({ address }); return; }
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const told = [".error-summary li", ".notice-title", "h1"].map((place) => page.querySelector(place)).find(Boolean);
        resolve({ fault: told?.textContent.trim() ?? "l’envoi a été refusé. Réessayez." });
      });
      request.send(body);
    });
  }

  // Tables -------------------------------------------------------------------------------------------------------

  const rowOf = (element) => element.closest("table[data-keys] tbody tr");
  const focusRow = (row) => (row?.querySelector("th a") ?? row?.querySelector("a, input, button"))?.focus();

  function showSelection(table) {
    const bar = table.closest(".list")?.querySelector("[data-selection]");
    if (!bar) return;
    const boxes = all("tbody .tick input", table);
    const count = boxes.filter((box) => box.checked).length;
    const top = table.querySelector("[data-select-all]");
    if (top) { top.checked = count === boxes.length; top.indeterminate = count > 0 && count < boxes.length; }
    bar.classList.toggle("has-selection", count > 0);
    bar.querySelector("[data-selection-count]").textContent =
      count === 0 ? "Cochez des lignes pour agir sur plusieurs à la fois."
        : count === 1 ? "1 ligne sélectionnée" : `${count} lignes sélectionnées`;
  }

  function moveInTable(event) {
    const row = rowOf(event.target);
    if (!row) {
      if (event.key !== "ArrowDown" || event.target !== document.body) return;
      const first = document.querySelector("table[data-keys] tbody tr");
      if (first) { event.preventDefault(); focusRow(first); }
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      focusRow(event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling);
    } else if (event.key === "x") {
      const box = row.querySelector(".tick input");
      if (box) { box.checked = !box.checked; showSelection(row.closest("table")); }
    } else if (event.key === "Enter" && event.target.type === "checkbox" && row.dataset.address) {
      event.preventDefault();
      location.assign(row.dataset.address);
    }
  }

  // The week: one stop for the tab key, arrows among the free slots ----------------------------------------------

  function prepareWeek(week) {
    all(".slot", week).forEach((slot, index) => { slot.tabIndex = index === 0 ? 0 : -1; });
  }

  function moveInWeek(event) {
    if (!event.target.classList.contains("slot") || !/^Arrow/.test(event.key)) return;
    const slots = all(".slot", event.target.closest("[data-week]"));
    const here = event.target.getBoundingClientRect();
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const ahead = event.key === "ArrowDown" || event.key === "ArrowRight" ? 1 : -1;
    const distance = (slot) => {
      const box = slot.getBoundingClientRect();
      const [along, across] = sideways ? [box.left - here.left, box.top - here.top] : [box.top - here.top, box.left - here.left];
      return along * ahead > 1 && (sideways || Math.abs(across) < 1) ? along * ahead + Math.abs(across) * 2 : Infinity;
    };
    const next = slots.reduce((best, slot) => (distance(slot) < distance(best) ? slot : best), slots[0]);
    if (distance(next) === Infinity) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  // Messages and live events -------------------------------------------------------------------------------------

  function say(text, tone = "info", link = null) {
    const line = document.createElement("div");
    line.className = `toast-line tone-${tone}`;
    // A link of our own site only: what comes from elsewhere is said, not followed.
    const leads = link?.startsWith("/") && !link.startsWith("//");
    const words = document.createElement(leads ? "a" : "span");
    if (leads) words.href = link;
    words.textContent = text;
    line.append(words);
    document.getElementById("messages")?.append(line);
    setTimeout(() => line.remove(), 8000);
  }

  // The portal knows at which address a subject is.
  function pageOf(subject) {
    if (!subject) return null;
    return `/notifications/sujet?${new URLSearchParams({ nature: subject.kind, id: subject.id ?? "" })}`;
  }

  // The event names nobody: the portal says whom the newest notification is about, where it can be asked.
  async function announce(news) {
    let words = "";
    try {
      const answer = await fetch("/notifications/derniere", { headers: { "HX-Request": "true" } });
      if (answer.ok) words = new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim();
    } catch { words = ""; }
    say(words.startsWith(news.title) ? words : news.title, "info", pageOf(news.subject));
  }

  // The gateway says what is new as `event: notification` with {"unread", "title", "subject": {"kind", "id"}}.
  function listen(address) {
    const source = new EventSource(address);
    source.addEventListener("notification", (event) => {
      let news;
      try { news = JSON.parse(event.data); } catch { return; }
      if (typeof news.unread === "number") {
        for (const place of all("[data-live='notifications']")) place.textContent = news.unread || "";
      }
      if (news.title) announce(news);
      document.body.dispatchEvent(new CustomEvent("jalons:notification", { detail: news }));
    });
    addEventListener("pagehide", () => source.close());
  }

  // The session ----------------------------------------------------------------------------------------------------

  // It ends after `minutes` without use. Typing counts as use, in any tab; one is warned before the end, early enough for
  // what the gateway rounds. Without scripts nothing is lost either: the server keeps what is sent too late.
  const minute = 60_000;

  function watchSession(minutes) {
    let warning = null;
    let beaten = Date.now();
    const use = () => remember("used", String(Date.now()));
    const rest = () => Number(remembered("used") ?? beaten) + minutes * minute - Date.now();
    const put = (text, tone, action) => {
      if (warning?.dataset.text === text) return;
      warning?.remove();
      warning = document.createElement("div");
      warning.className = `toast-line tone-${tone}`;
      warning.dataset.text = text;
      warning.append(Object.assign(document.createElement("span"), { textContent: text }));
      if (action) warning.append(action);
      document.getElementById("messages")?.append(warning);
    };
    const stay = () => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-outline";
      button.textContent = "Rester connecté";
      button.addEventListener("click", beat);
      return button;
    };
    const look = () => {
      const left = rest();
      if (left <= 0) {
        put("Votre session s’est fermée. Ce que vous avez saisi n’est pas perdu : envoyez-le, reconnectez-vous, et vous le retrouverez.", "late");
      } else if (left <= 7 * minute) {
        put("Sans activité, votre session se fermera dans quelques minutes.", "waiting", stay());
      } else { warning?.remove(); warning = null; }
    };
    async function beat() {
      beaten = Date.now();
      try {
        const answer = await fetch("/battement", { cache: "no-store" });
        if (answer.ok) use(); else if (answer.status === 401) remember("used", "0");
      } catch { return; /* no network: what is sent will tell */ }
      look();
    }
    use();
    document.addEventListener("input", () => { if (Date.now() - beaten > minute) beat(); });
    setInterval(look, minute / 6);
  }

  // Where the clipboard is closed (a page without TLS), the value is selected, to be copied by hand.
  async function copy(button) {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value ?? source.innerText.trim());
      say(button.dataset.said || "Copié.", "done");
    } catch {
      getSelection().selectAllChildren(source);
      source.focus();
      source.select?.();
      say("La sélection est prête : copiez-la avec Ctrl+C.");
    }
  }

  // Where the focus goes -----------------------------------------------------------------------------------------

  // After a form came back: the first answer to correct, else what is said above the form.
  function firstFault() {
    const field = document.querySelector(".is-wrong :is(input, select, textarea):not([type=hidden], :disabled)");
    return field ?? document.querySelector("[data-focus]");
  }

  // A row of tabs that is wider than the screen shows the one where one is.
  function showCurrent(row) {
    const current = row.querySelector("[aria-current]");
    if (!current || row.scrollWidth <= row.clientWidth) return;
    row.scrollLeft += current.getBoundingClientRect().left - row.getBoundingClientRect().left
      - (row.clientWidth - current.offsetWidth) / 2;
  }

  // What htmx replaces may hold the focus: it goes to the same link or field of what comes instead.
  let held = null;

  function holdFocus(event) {
    const { target, xhr } = event.detail;
    // The sign-in page, when the session has ended meanwhile, is no part of this one.
    if (target.id && !xhr.responseText.includes(`id="${target.id}"`)) { event.detail.shouldSwap = false; return; }
    const focused = document.activeElement;
    if (!target.contains(focused)) return;
    const [name] = ["id", "href", "name"].filter((attribute) => focused.getAttribute(attribute));
    if (name) held = `${focused.localName}[${name}="${CSS.escape(focused.getAttribute(name))}"]`;
  }

  function giveFocusBack() {
    if (held && document.activeElement === document.body) document.querySelector(held)?.focus({ preventScroll: true });
    held = null;
  }

  // One preparation, for the page and for what htmx brings -------------------------------------------------------

  // Blocks of the home page, dragged to their place: the step that is sent is one of the block's own form.
  let dragged = null;

  function prepareBlock(block) {
    block.draggable = true;
    block.addEventListener("dragstart", (event) => {
      dragged = block;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", block.dataset.block);
    });
    block.addEventListener("dragend", () => { dragged = null; });
  }

  function prepareColumn(column) {
    column.addEventListener("dragover", (event) => { if (dragged) event.preventDefault(); });
    column.addEventListener("drop", (event) => {
      if (!dragged) return;
      event.preventDefault();
      let next = event.target.closest("[data-block]");
      const box = next?.getBoundingClientRect();
      if (box && event.clientY > box.top + box.height / 2) next = next.nextElementSibling;
      if (next === dragged) return;
      const form = dragged.querySelector("form");
      form.elements.geste.value = "place";
      const place = { colonne: column.id.slice("colonne-".length), avant: next?.dataset.block ?? "" };
      for (const [name, value] of Object.entries(place)) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      }
      form.requestSubmit();
    });
  }

  function prepare(within) {
    all("[data-block]", within).forEach(prepareBlock);
    all("[id^='colonne-']", within).forEach(prepareColumn);
    all("[data-date]", within).forEach(showDate);
    all("form", within).forEach(applyConditions);
    if (within.matches?.("form")) applyConditions(within);
    all("table[data-keys]", within).forEach(showSelection);
    all("[data-week]", within).forEach(prepareWeek);
    all("input[data-several]", within).forEach(prepareFiles);
  }

  const confirming = (element) => {
    const dialog = document.getElementById(element.dataset.confirm ?? element.dataset.open);
    if (dialog instanceof HTMLDialogElement) { dialog.showModal(); return true; }
    return false;
  };

  addEventListener("DOMContentLoaded", () => {
    prepare(document);
    const band = document.querySelector(".person-band");
    if (band) {
      const measure = () => root.style.setProperty("--band-height", `${band.offsetHeight}px`);
      if (matchMedia("(min-width: 1000px)").matches) new ResizeObserver(measure).observe(band);
    }
    all(".areas, .navigation, .tabs").forEach(showCurrent);
    firstFault()?.focus();
    if (document.body.dataset.events) listen(document.body.dataset.events);
    if (document.body.dataset.idle) watchSession(Number(document.body.dataset.idle));
    let changed = false;
    let leaving = false;

    document.addEventListener("click", (event) => {
      const at = (selector) => event.target.closest(selector);
      const asked = at("[data-confirm], [data-open]");
      if (asked && !event.ctrlKey && !event.metaKey && confirming(asked)) { event.preventDefault(); return; }
      const toggle = at("[data-toggle]");
      if (toggle) toggles[toggle.dataset.toggle]?.();
      if (at("[data-print]")) print();
      if (at(".toast-close")) at(".toast-line").remove();
      const copying = at("[data-copy]");
      if (copying) copy(copying);
      if (at("[data-close]") && at("dialog")) { event.preventDefault(); at("dialog").close(); }
      if (event.target instanceof HTMLDialogElement) event.target.close();
      for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
      const row = rowOf(event.target);
      if (row?.dataset.address && !at("a, button, input, label, dialog, form") && !String(getSelection())) {
        location.assign(row.dataset.address);
      }
    });

    document.addEventListener("focusin", (event) => {
      for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
      // The browser leaves a link of a wide row half outside of it.
      if (event.target.closest(".areas, .navigation, .tabs")) {
        event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
    });

    document.addEventListener("change", (event) => {
      const table = event.target.closest("table[data-keys]");
      if (event.target.matches("[data-select-all]")) {
        for (const box of all("tbody .tick input", table)) box.checked = event.target.checked;
      }
      if (table) showSelection(table);
      if (event.target.form) applyConditions(event.target.form);
    });

    document.addEventListener("input", (event) => {
      if (event.target.matches("[data-date]")) showDate(event.target);
      if (event.target.matches("textarea[data-count]")) showCount(event.target);
      if (event.target.matches("[data-strength]")) showStrength(event.target);
      if (event.target.form?.matches("[data-guard]")) changed = true;
      if (event.target.form?.matches("[data-keep]")) keepSoon(event.target.form);
    });

    document.addEventListener("submit", () => { leaving = true; });
    addEventListener("pagehide", () => { if (!leaving) for (const form of [...waiting.keys()]) keep(form); });
    addEventListener("beforeunload", (event) => { if (changed && !leaving) event.preventDefault(); });

    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        const form = event.target.closest("form");
        if (form) { event.preventDefault(); form.requestSubmit(); }
        return;
      }
      if (event.key === "Escape") {
        const menu = document.querySelector("details.menu[open]");
        if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
        if (location.hash === "#actions" && !document.querySelector("dialog[open]")) {
          location.hash = "#page";
          document.querySelector(".sheet-open").focus();
        }
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      if (event.key === "/") {
        const search = document.querySelector("[data-shortcut='/']");
        if (search) { event.preventDefault(); search.focus(); search.select(); }
      } else if (event.key === "?") {
        document.getElementById("raccourcis")?.showModal();
      } else {
        moveInTable(event);
        moveInWeek(event);
      }
    });

    for (const drop of all("[data-drop]")) {
      const mark = (over) => () => drop.classList.toggle("is-over", over);
      drop.addEventListener("dragover", mark(true));
      drop.addEventListener("dragleave", mark(false));
      drop.addEventListener("drop", mark(false));
    }
    // Of the whole page, which is prepared above, htmx says once that it is there.
    document.addEventListener("htmx:load", ({ detail }) => { if (detail.elt !== document.body) prepare(detail.elt); });
    document.addEventListener("htmx:beforeSwap", holdFocus);
    document.addEventListener("htmx:afterSettle", giveFocusBack);
  });
})();
