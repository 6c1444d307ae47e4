import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { logTo } from '../../../../src/cli/output/log-writer.ts'

function written(): { readonly stream: Writable; readonly lines: () => readonly string[] } {
  let text = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString()
      done()
    },
  })
  return { stream, lines: () => text.split('\n').slice(0, -1) }
}

test('lines below the level are left out', () => {
  const { stream, lines } = written()
  const log = logTo(stream, { level: 'warn', format: 'json' })
  log('debug', 'one')
  log('info', 'two')
  log('warn', 'three', { size: 3 })
  log('error', 'four')
  const documents = lines().map(line => JSON.parse(line) as Record<string, unknown>)
  expect(documents.map(({ level, msg, size }) => [level, msg, size])).toEqual([
    ['warn', 'three', 3],
    ['error', 'four', undefined],
  ])
  for (const { time } of documents) expect(new Date(String(time)).toISOString()).toBe(time)
})

test('a flood of one message is cut', () => {
  const { stream, lines } = written()
  const log = logTo(stream, { level: 'debug', format: 'logfmt' })
  for (let n = 0; n < 1000; n++) log('debug', 'request refused', { path: `/${n}` })
  // One more each second.
  expect(lines().length).toBeLessThan(100)
  expect(lines()[0]).toMatch(/^time=\S+ level=debug msg="request refused" path=\/0$/)
})
