import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { CraftedPath, type CraftedProbe } from './crafted-path.ts'

/** A column of which each element that is read may change before the next reading. */
function watchedColumn<T extends object>(column: T, onRead: () => void): T {
  return new Proxy(column, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof key === 'string' && /^\d+$/u.test(key)) onRead()
      return value
    },
  })
}

test('property: a view is consistent while another thread writes the rows that it reads', () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 40, maxLength: 400 }),
      fc.array(fc.constantFrom('send', 'reply', 'late', 'copy', 'unreachable'), { minLength: 4, maxLength: 40 }),
      (reads, actions) => {
        const path = new CraftedPath({ interval: 100 * MILLISECOND, timeout: 300 * MILLISECOND })
        let [read, action, sent, pause] = [0, 0, 0, 0]
        const waiting: CraftedProbe[] = []
        const answered: CraftedProbe[] = []
        let arrive: (() => void) | undefined
        const act = (): void => {
          if (arrive !== undefined) {
            pause -= 1
            if (pause > 0) return
            arrive()
            arrive = undefined
            return
          }
          const kind = actions[action]
          if (kind === undefined) return
          action += 1
          if (kind === 'send') waiting.push(path.send(epoch, sent++))
          const probe = kind === 'copy' ? answered[0] : waiting[0]
          if (probe === undefined || kind === 'send') return
          if (kind === 'copy') return path.copy(probe)
          waiting.shift()
          if (kind === 'unreachable') return path.unreachable(probe, { errno: 111, type: 3, code: 3 })
          answered.push(probe)
          const at = probe.sent + (kind === 'late' ? 400 : 5) * MILLISECOND
          path.reply(probe, { at })
          // The arrival is written last.
          const { arrived } = probe.open.page
          arrived[probe.row] = Infinity
          arrive = () => (arrived[probe.row] = at)
          pause = (action * 37) % 80
        }
        const onRead = (): void => {
          read += 1
          if (reads[read % reads.length] === true) act()
        }
        const epoch = path.begin(0, 0, page => ({
          ...page,
          outcome: watchedColumn(page.outcome, onRead),
          arrived: watchedColumn(page.arrived, onRead),
          sent: watchedColumn(page.sent, onRead),
          traits: watchedColumn(page.traits, onRead),
        }))
        for (let n = 0; n < 3; n++) waiting.push(path.send(epoch, sent++))
        let scheduled = 0
        for (let ms = 0; ms < 5000; ms += 250) {
          // The view itself lets the other thread go on.
          const { ledger } = path.view(ms * MILLISECOND)
          expect(ledger.scheduled).toBeGreaterThanOrEqual(scheduled)
          expect(ledger.scheduled).toBeLessThanOrEqual(sent)
          scheduled = ledger.scheduled
        }
        while (action < actions.length) act()
        // The last reply is still being written.
        for (let n = 0; n < 80; n++) act()
        path.now = 12 * SECOND
        path.close(epoch)
        const { ledger } = path.view()
        expect(ledger).toMatchObject({ scheduled: sent, inFlight: 0 })
        expect(ledger.fates.intact + ledger.fates.late).toBe(answered.length)
      },
    ),
    { numRuns: 100 },
  )
})
