// Files that are dropped on the documents: read here, sent in parts that a notebook's connection takes.

/** Most bytes of one part; its base64 stays far below what a notebook's server takes in one message. */
const PART_BYTES = 1_500_000;

/**
 * Take files that are dropped on an element.
 *
 * @param {HTMLElement} element
 * @param {Object} screen
 * @param {() => number} screen.mostBytes Most bytes of a file.
 * @param {(part: object) => void} screen.send Sends one part of a file.
 * @param {(words: string) => void} screen.say
 */
export function takeDroppedFiles(element, screen) {
  element.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  element.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    event.stopPropagation();
    sendFile(files, screen);
  });
}

/** Send one file, or say why it is not taken: one at a time, so that each has its answer. */
export async function sendFile(files, { mostBytes, send, say }) {
  if (files.length > 1) {
    say("One file at a time: each has its own place in the chart.");
    return;
  }
  const [file] = files;
  if (file.size > mostBytes()) {
    say(`${file.name} has ${Math.ceil(file.size / 2 ** 20)} MB; at most ${mostBytes() / 2 ** 20} MB can be attached.`);
    return;
  }
  say(`Attaching ${file.name}…`);
  let bytes;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    say(`${file.name} cannot be read: a folder cannot be attached.`);
    return;
  }
  for (const part of partsOf(bytes)) send({ name: file.name, ...part });
}

/** Return the bytes as parts in base64, each with its place and their count. */
export function partsOf(bytes, size = PART_BYTES) {
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, part) => ({
    part,
    part_count: count,
    data: base64(bytes.subarray(part * size, (part + 1) * size)),
  }));
}

function base64(bytes) {
  const STEP = 32_768;
  let binary = "";
  for (let start = 0; start < bytes.length; start += STEP)
    binary += String.fromCharCode(...bytes.subarray(start, start + STEP));
  return btoa(binary);
}
