// Shows the conversations in which all words stand, and says how many they are.
(() => {
  const field = document.querySelector("#archive-search");
  const found = document.querySelector(".archive-found");
  const rows = [...document.querySelectorAll(".archive-conversation")].map((section) => ({
    section,
    link: document.querySelector(`.archive-index a[href="#${section.id}"]`).parentElement,
    text: section.textContent.toLowerCase(),
  }));
  const search = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { section, link, text } of rows) {
      const fits = words.every((word) => text.includes(word));
      section.hidden = link.hidden = !fits;
      count += fits;
    }
    found.textContent = words.length ? `${count} of ${rows.length} conversations` : "";
  };
  field.addEventListener("input", search);
  field.form.addEventListener("submit", (event) => event.preventDefault());
})();
