import { expect, test } from 'vitest'
import { NoteLog } from '../../../../src/cli/commands/note-log.ts'

function noteLog(isHeld: boolean): { readonly notes: NoteLog; readonly lines: string[] } {
  const lines: string[] = []
  return { notes: new NoteLog({ note: line => void lines.push(line) }, isHeld), lines }
}

test('a message is a line with its values, without characters that move the cursor', () => {
  const { notes, lines } = noteLog(false)
  notes.log('warn', 'a file is broken', { file: 'a\u001B[2J.json', targets: 2 })
  notes.log('info', 'all is well')
  notes.log('debug', 'a detail')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^udptool: a file is broken \(file a.*\.json, targets 2\)$/u)
  expect(lines[0]).not.toContain('\u001B')
  expect(lines[1]).toBe('udptool: all is well')
})

test('while a screen has the terminal, the last messages wait', () => {
  const { notes, lines } = noteLog(true)
  for (let n = 0; n < 25; n++) notes.log('warn', `message ${n}`)
  expect(lines).toEqual([])
  notes.release()
  expect(lines).toEqual(Array.from({ length: 20 }, (_, n) => `udptool: message ${n + 5}`))
  notes.log('warn', 'later')
  expect(lines.at(-1)).toBe('udptool: later')
})

test('a message that comes again and again is bounded', () => {
  const { notes, lines } = noteLog(false)
  for (let n = 0; n < 1000; n++) notes.log('warn', 'flapping', { n })
  expect(lines.length).toBeLessThan(100)
})
