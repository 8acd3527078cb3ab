import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

// Everything the pages need is in the build. What they share with the guard's panel is imported from there.
export default defineConfig({
  plugins: [vue()],
  resolve: {
    alias: { '@panel': fileURLToPath(new URL('../../../../firmware/panel/web/src', import.meta.url)) },
    dedupe: ['vue']
  },
  build: {
    outDir: process.env.VITE_OUTPUT ?? 'dist',
    emptyOutDir: true,
    target: 'chrome100',
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 900
  }
})
