import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { documentsInPlace } from "./scripts/inPlace.ts";

// What customers never load, or only when they ask for it, is named so that the installed app does not fetch it beforehand.
const late =
  /\/src\/desk\/|\/locales\/\w+\/desk\.json|node_modules\/(recharts|d3-|victory|@mantine\/(charts|dates)|dayjs|@firebase)/;
const fileName = ({ moduleIds }: { moduleIds: string[] }) =>
  moduleIds.some((id) => late.test(id)) ? "assets/late-[name]-[hash].js" : "assets/[name]-[hash].js";

// One file for what every page needs: many small ones compress badly and are asked for one after another.
const base = {
  name: "base",
  test: /node_modules\/(react|react-dom|scheduler|@tanstack|urql|@urql|wonka|@0no-co|graphql-ws|i18next|react-i18next|use-sync-external-store)\//,
};

const server = process.env.KABINET_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    documentsInPlace(),
    react(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      injectRegister: false,
      manifest: false,
      injectManifest: { globPatterns: ["**/*.{js,css,html,svg,png,webmanifest}"], globIgnores: ["assets/late-*"] },
    }),
  ],
  resolve: { alias: { "~": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    manifest: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    rolldownOptions: { output: { chunkFileNames: fileName, codeSplitting: { groups: [base] } } },
  },
  server: { proxy: { "/graphql": { target: server, ws: true }, "/media": server, "/import": server } },
});
