// Shows the email that the settings page sends: parsed apart, cleaned, then swapped in. The policy of this document is
// what keeps it harmless; the cleaning keeps it from trying.
(() => {
  "use strict";
  const parent = window.parent;
  if (parent === window) return;
  const { origin, searchParams } = new URL(location.href);
  // What this document's policy says too.
  const remote = searchParams.get("remote") === "1";
  const dropped =
    "script, meta, base, link, iframe, frame, frameset, object, embed, applet, template, noscript, dialog, video, audio, track";

  // The parser itself complains of handlers and of a base, so they lose their names before it sees them.
  const disarm = (html) =>
    html
      .replace(/<base(?=[\s/>])/gi, "<meta data-base")
      .replace(/<[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>?/gi, (tag) =>
        tag.replace(/"[^"]*"|'[^']*'|(?<=[\s/"'])on(?=\w+\s*=)/gi, (part) => (/^on$/i.test(part) ? "data-on" : part)));

  // A document cannot be told that the system is dark, so its questions are answered in their text.
  const answerScheme = (text, dark) =>
    text.replace(/\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi, (_, wanted) =>
      (wanted.toLowerCase() === "dark") === dark ? "(min-width: 0px)" : "(min-width: 1000000px)");

  // What an email may load is what the policy allows: data, and remote images once they are asked for.
  const mayLoad = (address) => /^data:/i.test(address) || (remote && /^https:\/\//i.test(address));

  const cleanStyle = (text, dark) =>
    answerScheme(text, dark)
      .replace(/@import[^;]*;?/gi, "")
      .replace(/@font-face\s*\{[^}]*\}/gi, "")
      .replace(/url\(\s*(["']?)(.*?)\1\s*\)/gi, (whole, _, address) => (mayLoad(address) ? whole : "none"));

  const clean = (parsed, dark) => {
    for (const element of parsed.querySelectorAll(dropped)) element.remove();
    for (const element of parsed.querySelectorAll("*")) {
      const isLink = element.matches("a, area");
      for (const { name, value } of [...element.attributes]) {
        const bare = value.replace(/[\u0000-\u0020]/g, "").toLowerCase();
        const addresses = name === "srcset" ? value.split(/,\s+/).map((each) => each.trim()) : [value.trim()];
        const loads = /^(src|srcset|poster|background|xlink:href|href)$/i.test(name) && !(isLink && /href$/i.test(name)) && !value.startsWith("#");
        if (/^on/i.test(name) || /^(javascript|vbscript):/.test(bare) || /^(target|ping|autofocus|http-equiv|srcdoc)$/i.test(name)) {
          element.removeAttribute(name);
        } else if (loads && !addresses.every((address) => mayLoad(address))) {
          element.removeAttribute(name);
        } else if (name === "media") {
          element.setAttribute(name, answerScheme(value, dark));
        } else if (name === "style" && /url\(/i.test(value)) {
          element.setAttribute(name, cleanStyle(value, dark));
        }
      }
      if (element.localName === "style") element.textContent = cleanStyle(element.textContent, dark);
    }
  };

  const attributesOf = (element) => [...element.attributes].map(({ name, value }) => `${name}=${value}`).join("\n");

  // Changes what is shown into what is wanted and leaves alone what is the same already, so that a keystroke lays out no more than
  // what it changed.
  const settle = (shown, wanted) => {
    if (shown.isEqualNode(wanted)) return;
    const alike =
      shown instanceof Element &&
      shown.nodeName === wanted.nodeName &&
      shown.childNodes.length === wanted.childNodes.length &&
      attributesOf(shown) === attributesOf(wanted);
    if (!alike) {
      shown.replaceWith(document.adoptNode(wanted));
      return;
    }
    const children = [...wanted.childNodes];
    [...shown.childNodes].forEach((child, index) => settle(child, children[index]));
  };

  const show = (html, dark) => {
    const parsed = new DOMParser().parseFromString(disarm(html), "text/html");
    clean(parsed, dark);
    const root = document.documentElement;
    parsed.documentElement.style.colorScheme = dark ? "dark" : "light";
    if (attributesOf(root) !== attributesOf(parsed.documentElement)) {
      for (const { name } of [...root.attributes]) root.removeAttribute(name);
      for (const { name, value } of parsed.documentElement.attributes) root.setAttribute(name, value);
    }
    const styles = [...document.head.querySelectorAll("style")];
    const wanted = [...parsed.head.querySelectorAll("style")];
    if (styles.length !== wanted.length || styles.some((style, index) => !style.isEqualNode(wanted[index]))) {
      for (const style of styles) style.remove();
      for (const style of wanted) document.head.append(document.adoptNode(style));
    }
    settle(document.body, parsed.body);
  };

  window.addEventListener("message", (event) => {
    if (event.source !== parent || event.origin !== origin) return;
    const message = event.data;
    if (message && typeof message.html === "string") show(message.html, message.dark === true);
  });

  // Links and forms of a preview lead nowhere.
  for (const kind of ["click", "auxclick", "submit"]) {
    window.addEventListener(kind, (event) => {
      const element = event.target instanceof Element ? event.target : null;
      if (kind === "submit" || (element && element.closest("a, area, button, input, form"))) event.preventDefault();
    }, true);
  }

  // The only message to the parent: it answers each one with the email.
  parent.postMessage({ ready: true }, "*");
})();
