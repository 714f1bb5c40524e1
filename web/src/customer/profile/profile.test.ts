import { describe, expect, it } from "vitest";
import { agentName } from "./agent";
import { zoneName, zones } from "./zones";

describe("a browser", () => {
  it("is called by its own name, although it claims to be others too", () => {
    const chrome =
      "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";
    expect(agentName(chrome)).toBe("Chrome, Android");
    expect(agentName(`${chrome} YaBrowser/25.2`)).toBe("Yandex, Android");
    expect(agentName("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0")).toBe(
      "Edge, Windows",
    );
    expect(agentName("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1")).toBe(
      "Safari, iPhone",
    );
  });
  it("keeps its own words when nobody knows it", () => {
    expect(agentName("curl/8.5")).toBe("curl/8.5");
  });
});

describe("time zones", () => {
  it("are named with their distance on that day", () => {
    expect(zoneName("Europe/Moscow", new Date("2026-01-01"))).toBe("Europe/Moscow, GMT+3");
    expect(zoneName("America/New_York", new Date("2026-07-01"))).toBe("America/New York, GMT-4");
  });
  it("keep one that the browser does not list", () => {
    expect(zones("Etc/Unknown-to-all")[0]).toBe("Etc/Unknown-to-all");
    expect(zones("Europe/Moscow").filter((zone) => zone === "Europe/Moscow")).toHaveLength(1);
  });
});
