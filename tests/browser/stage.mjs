// The stage program as the test drives it: lines of JSON in both directions, each line answered.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export async function startStage(program) {
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] })
  const said = []
  let tell = () => {}
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(JSON.parse(line))
    tell()
  })
  async function next(key) {
    const until = Date.now() + 10000
    for (;;) {
      const at = said.findIndex((line) => key in line)
      if (at >= 0) return said.splice(at, 1)[0]
      const left = until - Date.now()
      if (left <= 0) throw new Error(`the stage said no "${key}"`)
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left)
        tell = () => { clearTimeout(timer); resolve() }
      })
    }
  }
  const ready = await next('ready')
  return {
    ...ready,
    async play(line) {
      child.stdin.write(`${JSON.stringify(line)}\n`)
      return next('did')
    },
    command: async () => (await next('command')).command,
    end: () => new Promise((resolve) => { child.once('exit', resolve); child.stdin.end() })
  }
}
