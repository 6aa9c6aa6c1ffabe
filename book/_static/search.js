// On the page of search results: a hit in a page's text leads to the section that has the words, and says which.
const words = (new URLSearchParams(location.search).get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);

// The smallest section of a page whose text, without its code, has as many of the words as any, the first of several.
function bestSection(page) {
  let best = null;
  page.querySelectorAll("pre").forEach((code) => code.remove());
  for (const section of page.querySelectorAll("article section[id]")) {
    const text = section.textContent.toLowerCase();
    const found = words.filter((word) => text.includes(word)).length;
    if (found > 0 && (!best || found > best.found || (found === best.found && best.section.contains(section)))) {
      best = { section, found };
    }
  }
  return best?.section;
}

async function lead(link) {
  const response = await fetch(link.href);
  const section = bestSection(new DOMParser().parseFromString(await response.text(), "text/html"));
  const heading = section?.querySelector(":is(h2, h3, h4)");
  if (heading && section.querySelector("h1") === null) {
    link.hash = section.id;
    heading.querySelector(".headerlink")?.remove();
    link.append(` > ${heading.textContent.trim()}`);
  }
}

const results = document.getElementById("search-results");
if (results && words.length > 0) {
  new MutationObserver((changes) => {
    const links = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.matches?.("li"));
    for (const link of links.map((item) => item.querySelector("a")).filter((each) => each && !each.hash)) {
      // Where pages are files, a browser reads no other page: the link stays as it is.
      lead(link).catch(() => {});
    }
  }).observe(results, { childList: true, subtree: true });
}
