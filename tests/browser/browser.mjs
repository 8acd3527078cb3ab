// Chromium for a test: a profile of its own, pictures of what it shows, and everything it complains of.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strict as assert } from 'node:assert'
import { chromium } from 'playwright-core'

/** `url`: where the pages come from; a request to anywhere else is a mistake. `prefix` is put before the pictures' names. */
export async function openBrowser({ url, viewport, prefix = '', ...more }) {
  const shots = process.env.SHOTS ?? 'shots'
  mkdirSync(shots, { recursive: true })
  const profile = mkdtempSync(join(tmpdir(), 'menshen-chromium-'))
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    headless: true,
    viewport,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
    ...more
  })
  const page = browser.pages()[0] ?? (await browser.newPage())
  page.setDefaultTimeout(10000)
  const complaints = []
  const foreign = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('request', (request) => { if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(url)) foreign.push(request.url()) })
  const shot = (name) => page.screenshot({ path: join(shots, `${prefix}${name}.png`) })
  return {
    page, complaints, shot,
    touch: (selector) => page.locator(selector).click(),
    shows: (selector) => page.locator(selector).first().waitFor({ state: 'visible' }),
    /** Complaints but for those that the test has provoked, and requests to elsewhere: none. */
    quiet(provoked) {
      assert.deepEqual(complaints.filter((text) => !provoked.test(text)), [])
      assert.deepEqual(foreign, [])
      console.log('ok  no error in the console, no request to anywhere else')
    },
    async failed(error) {
      await shot('failed').catch(() => {})
      console.error(`FAILED: ${error.stack}\n${complaints.join('\n')}`)
      process.exitCode = 1
    },
    async end() {
      await browser.close()
      rmSync(profile, { recursive: true, force: true })
    }
  }
}

export async function step(name, work) {
  await work()
  console.log(`ok  ${name}`)
}
