/** How sending a file ended: it is there, it is too large, there is no room for it, or it did not get through. */
export type Sent = "there" | "tooLarge" | "noRoom" | "failed";

/** What the server's answer to a sent file means; 0 stands for no answer. */
export function outcomeOf(status: number): Sent {
  if (status === 204) return "there";
  if (status === 413) return "tooLarge";
  return status === 507 ? "noRoom" : "failed";
}

/** The address on this page's own server, whatever name the server knows itself by. */
export function hereAt(url: string): string {
  const { pathname, search } = new URL(url, "http://localhost");
  return pathname + search;
}

/** Sends a file and tells how much of it went out, 0 to 1. A request of this kind tells it and fetch does not. */
export function sendFile(url: string, file: File, onPart: (part: number) => void): Promise<Sent> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => onPart(total > 0 ? loaded / total : 0));
    request.addEventListener("loadend", () => resolve(outcomeOf(request.status)));
    request.open("PUT", hereAt(url));
    request.send(file);
  });
}
