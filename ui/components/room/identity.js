// Who a browser is to the rooms that it enters: a random secret that says nothing of a person. It stays in the browser.

const PARTICIPANT = "softmax-lab-participant";
const BYTES = 16;

const secretOf = (code) => `softmax-lab-lecturer-of-${code}`;

export const randomSecret = (random = crypto) =>
  [...random.getRandomValues(new Uint8Array(BYTES))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// A browser that keeps nothing (a private window, a frame of another site) is somebody else after a reload, no sooner.
const stored = (storage, key, make, present) => {
  try {
    const found = storage.getItem(key);
    if (found) return found;
    const made = make();
    if (made) storage.setItem(key, made);
    return made;
  } catch {
    return present || make();
  }
};

// Where even to ask for it is an error.
export const storageOf = (world) => {
  try {
    return world.localStorage;
  } catch {
    return null;
  }
};

// `present` is who the page says that this browser is.
export const participant = (storage, random, present = "") =>
  stored(storage, PARTICIPANT, () => randomSecret(random), present);

// The lecturer's secret of a room; it is remembered once a link has brought it, so that it can leave the address.
export const lecturerSecret = (storage, code, brought) => {
  if (!code) return "";
  try {
    if (brought) storage.setItem(secretOf(code), brought);
    return storage.getItem(secretOf(code)) ?? "";
  } catch {
    return brought;
  }
};
