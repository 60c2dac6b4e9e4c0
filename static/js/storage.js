// What a browser keeps for a person; where its storage is off or full it keeps nothing. `…Here` is
// for this tab alone.

function read(store, key) {
  try {
    return window[store].getItem(key);
  } catch {
    return null;
  }
}

function write(store, key, text) {
  try {
    if (text) window[store].setItem(key, text);
    else window[store].removeItem(key);
  } catch {
    // The page itself still has it.
  }
}

export const recall = (key) => read("localStorage", key);
export const remember = (key, text) => write("localStorage", key, text);
export const recallHere = (key) => read("sessionStorage", key);
export const rememberHere = (key, text) => write("sessionStorage", key, text);
