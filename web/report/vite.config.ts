import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { single_file } from "./plugins/single_file";

export default defineConfig({
  base: "./",
  plugins: [svelte(), single_file()],
  build: {
    target: "es2022",
    outDir: process.env.ASSAY_WEB_OUT ?? "dist",
    emptyOutDir: !process.env.ASSAY_WEB_OUT,
    cssCodeSplit: false,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    modulePreload: false,
    reportCompressedSize: false,
  },
});
