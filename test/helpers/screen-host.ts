// Shows the view in a JSON file on the terminal, as `udptool watch` shows its own. A file without JSON makes the view fail. At the end it
// prints how the screen was left. Whether it is paused is in FILE.paused.
import { readFileSync, writeFileSync } from 'node:fs'
import { Signals } from '../../src/cli/signals.ts'
import { canShowScreen, showWatch } from '../../src/cli/screen/show-watch.ts'
import type { MonitorView } from '../../src/verdict/monitor/view.ts'

const file = process.argv[2] ?? ''
const signals = new Signals()
let isPaused = false
const run = {
  view: () => ({ ...(JSON.parse(readFileSync(file, 'utf8')) as MonitorView), isPaused }),
  pause: (value: boolean): void => {
    isPaused = value
    writeFileSync(`${file}.paused`, String(value))
  },
}
if (canShowScreen(process.stdout, process.env)) {
  const how = await showWatch(run, { signals, view: { width: 80, color: process.env['NO_COLOR'] === undefined } })
  process.stdout.write(`left by ${how}\n`)
} else process.stdout.write('no screen\n')
signals.close()
