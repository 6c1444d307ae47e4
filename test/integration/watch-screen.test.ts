import { expect, test } from 'vitest'
import { ROOT } from '../helpers/child.ts'
import { PtyScreen, type PtyOptions } from '../helpers/pty-screen.ts'
import { startRelay } from '../helpers/relay.ts'
import { startServe } from '../helpers/udptool.ts'

function watch(args: readonly string[], options: PtyOptions = {}): PtyScreen {
  return new PtyScreen([process.execPath, `${ROOT}bin/udptool.js`, 'watch', ...args], options)
}

/** The marks of the selected row's strip. */
function stripOf({ lines }: PtyScreen): string {
  return /^› \S+ +([^ ]+) /.exec(lines.find(line => line.startsWith('›')) ?? '')?.[1] ?? ''
}

test.each([
  ['up', '→', 'lostForward'],
  ['down', '←', 'lostReturn'],
] as const)(
  'strip, loss and ledger are those of a relay that drops every fifth datagram %s',
  async (direction, lost, fate) => {
    await using server = await startServe()
    const relay = await startRelay(`127.0.0.1:${server.port}`, `--${direction}`, 'drop=every:5')
    const screen = watch([relay.at, '--interval', '200ms', '--timeout', '2s'], { columns: 300, rows: 40 })
    await screen.until(() => stripOf(screen).length >= 25, 'no 25 probes')
    screen.type('p')
    await screen.untilLine(/ PAUSED/)
    // Unknown until it is settled, and lost in an unknown direction until the server was asked.
    await screen.until(() => stripOf(screen).endsWith('‖') && !/[·?]/.test(stripOf(screen)), 'fates that are not final')
    const marks = stripOf(screen).replaceAll(/[‖_]/g, '')
    screen.type('\r')
    await screen.untilLine(/ scheduled/)
    const { lines } = screen
    screen.type('q')
    expect(await screen.untilEnd()).toBe(0)
    expect(screen.model.isAlternate).toBe(false)
    expect(screen.lines.join('\n')).toMatch(/udptool watch[^]* probes +loss /)

    const { [direction]: record } = await relay.stop()
    expect(marks).not.toBe('')
    for (const [index, mark] of Array.from(marks).entries()) {
      // The last mark is that of the last datagram that came to the relay.
      const number = record.seen - marks.length + 1 + index
      // Where the server could not be asked, the place of a loss stays unknown.
      expect(number % 5 === 0 ? [lost, '×'] : ['▪', 'L'], `datagram ${number} of ${marks}`).toContain(mark)
    }
    expect(lines.find(line => line.includes('since start'))).toContain(` ${record.dropped} of ${record.seen} `)
    const losses = Array.from(
      lines.join('\n').matchAll(new RegExp(` (?:${fate}|lostUnknown) +(\\d+) `, 'g')),
      ([, count]) => Number(count),
    )
    expect(losses.reduce((sum, count) => sum + count, 0)).toBe(record.dropped)
    expect(lines.find(line => line.includes(' scheduled'))).toContain(`= ${record.seen} scheduled`)
  },
)

test('SIGTERM restores the terminal, with the status of the signal', async () => {
  await using server = await startServe()
  const screen = watch([`127.0.0.1:${server.port}`, '--interval', '100ms'])
  await screen.until(() => stripOf(screen).includes('▪'), 'no reply')
  screen.signal('TERM')
  expect(await screen.untilEnd()).toBe(143)
  expect(screen.model.isAlternate).toBe(false)
  expect(screen.output).toContain('\u001B[?25h')
})

test('TERM=dumb gets lines without escape sequences', async () => {
  await using server = await startServe()
  const args = [`127.0.0.1:${server.port}`, '--interval', '100ms', '--duration', '2s', '--report-interval', '500ms']
  const screen = watch(args, { term: 'dumb' })
  expect(await screen.untilEnd()).toBe(0)
  expect(screen.output).not.toContain('\u001B')
  expect(screen.output).toMatch(/ sent .* loss 0% in 1 min/)
})
