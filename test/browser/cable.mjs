// A cable between a browser and the program that a test can cut, and one that loses answers: the request arrives, nothing comes back.
import { connect, createServer } from "node:net";

/** lay puts a cable to the program at url; people who use it go to the cable's own url. */
export async function lay(url) {
  const target = new URL(url);
  const pairs = new Set();
  let state = "whole";
  const server = createServer((near) => {
    if (state === "cut") return near.destroy();
    const far = connect(Number(target.port), target.hostname);
    const pair = [near, far];
    pairs.add(pair);
    const drop = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => {
      if (state === "deaf") return drop();
      near.write(bytes);
    });
    for (const end of pair) end.on("close", drop).on("error", drop);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  server.unref(); // a test that failed must not keep the run alive
  const dropAll = () => {
    for (const pair of [...pairs]) for (const end of pair) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** cut ends what is connected and lets nothing new through. */
    cut() {
      state = "cut";
      dropAll();
    },
    /** deafen lets requests through and loses what comes back. */
    deafen() {
      state = "deaf";
    },
    mend() {
      state = "whole";
    },
    async remove() {
      dropAll();
      await new Promise((done) => server.close(done));
    },
  };
}
