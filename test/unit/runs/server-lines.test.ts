import { expect, test } from 'vitest'
import { createServerFacts, type ServerFacts } from '../../../src/facts/server.ts'
import { statsEvent, statsLine, summaryEvent, summaryText } from '../../../src/runs/server-lines.ts'

function facts(received: number, replied: number, short = 0): ServerFacts {
  const made = createServerFacts()
  return { ...made, received, replied, bytesReceived: 100 * received, dropped: { ...made.dropped, short } }
}

const ECHO = facts(7, 7)
const IRTT = { protocol: 'irtt', facts: facts(5, 3, 2) }

test('the counts of a server beside another one are apart', () => {
  expect(statsLine(ECHO, 'T')).toBe('T received 7, replied 7, dropped 0\n')
  expect(statsLine(ECHO, 'T', IRTT)).toBe(
    'T received 7, replied 7, dropped 0; irtt: received 5, replied 3, dropped 2\n',
  )
  expect(summaryText(ECHO)).not.toContain('irtt')
  expect(summaryText(ECHO, IRTT).split('\n')).toEqual([
    ...summaryText(ECHO).trimEnd().split('\n'),
    'irtt:',
    '  received 5 datagrams (500 B) from 0 peers',
    '  replied  3 datagrams (0 B)',
    '  dropped  2 (too short for the protocol)',
    '',
  ])
})

test('and so they are in events', () => {
  for (const event of [statsEvent(ECHO, 'T', IRTT), summaryEvent(ECHO, IRTT)]) {
    expect(JSON.parse(event)).toMatchObject({
      received: 7,
      dropped: {},
      irtt: { received: 5, replied: 3, dropped: { short: 2 } },
    })
  }
  expect(JSON.parse(summaryEvent(ECHO))).not.toHaveProperty('irtt')
  expect(JSON.parse(summaryEvent(ECHO, IRTT))).toMatchObject({ peers: [], irtt: { peers: [] } })
})
