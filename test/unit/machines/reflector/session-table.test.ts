import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SessionTable } from '../../../../src/machines/reflector/session-table.ts'

function table(most: number): { readonly sessions: SessionTable; readonly evicted: () => number } {
  let count = 0
  return { sessions: new SessionTable(most, () => (count += 1)), evicted: () => count }
}

test('a session is known by peer and identifier', () => {
  const { sessions } = table(10)
  const one = sessions.open(3, 7)
  one.received = 5
  expect(sessions.open(3, 7)).toBe(one)
  expect(sessions.find(3, 7)).toBe(one)
  expect(sessions.find(3, 8)).toBeUndefined()
  expect(sessions.find(4, 7)).toBeUndefined()
  expect(sessions.open(4, 7).received).toBe(0)
  expect(sessions.size).toBe(2)
})

test('the one that was silent for longest is evicted', () => {
  const { sessions, evicted } = table(2)
  sessions.open(0, 0)
  sessions.open(1, 0)
  sessions.find(0, 0)
  sessions.open(2, 0)
  expect([sessions.find(0, 0), sessions.find(1, 0), sessions.find(2, 0)].map(one => one !== undefined)).toEqual([
    true,
    false,
    true,
  ])
  expect([sessions.size, evicted()]).toEqual([2, 1])
})

test('one peer has at most 64, and evicts only its own', () => {
  const { sessions, evicted } = table(1000)
  const other = sessions.open(1, 0)
  for (let ssid = 0; ssid < 1000; ssid++) sessions.open(0, ssid)
  expect([sessions.size, evicted()]).toEqual([65, 936])
  expect(sessions.find(1, 0)).toBe(other)
  expect(sessions.find(0, 935)).toBeUndefined()
  expect(sessions.find(0, 936)?.ssid).toBe(936)
})

test('all sessions of a peer are forgotten with it', () => {
  const { sessions, evicted } = table(10)
  for (const ssid of [1, 2, 3]) sessions.open(5, ssid)
  const other = sessions.open(6, 1)
  sessions.forget(5)
  expect([sessions.size, evicted()]).toEqual([1, 0])
  expect(sessions.find(5, 2)).toBeUndefined()
  expect(sessions.find(6, 1)).toBe(other)
  expect(sessions.open(5, 2).sent).toBe(0)
})

const STEP = fc.record({
  flow: fc.nat(6),
  ssid: fc.nat(4),
  what: fc.constantFrom('open', 'open', 'open', 'find', 'forget'),
})

test('it holds what a list of the latest uses holds', () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 200 }), fc.integer({ min: 1, max: 8 }), (steps, most) => {
      const { sessions } = table(most)
      /** The latest use last. */
      let model: string[] = []
      for (const { flow, ssid, what } of steps) {
        const name = `${flow}/${ssid}`
        const isKnown = model.includes(name)
        if (what === 'forget') {
          sessions.forget(flow)
          model = model.filter(one => !one.startsWith(`${flow}/`))
        } else {
          const found = what === 'open' ? sessions.open(flow, ssid) : sessions.find(flow, ssid)
          expect(found === undefined).toBe(what === 'find' && !isKnown)
          if (found !== undefined) {
            // A session is marked by its first use.
            expect(found.received === 1).toBe(isKnown)
            found.received = 1
            model = [...model.filter(one => one !== name), name].slice(-most)
          }
        }
        expect(sessions.size).toBe(model.length)
      }
    }),
  )
})
