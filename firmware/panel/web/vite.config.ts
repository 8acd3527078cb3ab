import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// Everything the page needs is in the build: a gate box has no other network.
export default defineConfig({
  plugins: [vue()],
  build: {
    outDir: process.env.VITE_OUTPUT ?? 'dist',
    emptyOutDir: true,
    target: 'chrome100',
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 900
  }
})
