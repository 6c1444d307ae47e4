import { describe, expect, test } from 'vitest'
import { SentMessages } from '../../../src/machines/sent-messages.ts'
import { textBytes } from './datagrams.ts'

const TIMEOUT = 1000
const REST = 100

function port(): SentMessages {
  return new SentMessages(TIMEOUT, () => REST)
}

describe('whether a message may be sent from the port of another', () => {
  test.each<[string, string, string, boolean]>([
    ['another text', 'one', 'two', true],
    ['the same text', 'one', 'one', false],
    ['the same in other letter case', 'one', 'ONE', false],
    ['a prefix of it: the reply cut there would be its echo', 'hello', 'hell', false],
    ['one that begins with it', 'hell', 'hello', true],
    ['an empty one', 'one', '', false],
    ['one after an empty one', '', 'one', true],
  ])('%s', (_, first, second, fits) => {
    const one = port()
    one.send(0, textBytes(first), 0)
    expect(one.receive(textBytes(first.toUpperCase()), 10)).toEqual({ what: 'reply', seq: 0, named: true })
    expect(one.fits(textBytes(second), 10)).toBe(fits)
    // Nothing more arrives then.
    expect(one.fits(textBytes(second), 10 + REST)).toBe(true)
  })

  test('not after a timeout, until it is closed', () => {
    const one = port()
    one.send(0, textBytes('one'), 0)
    one.expire()
    expect(one.fits(textBytes('two'), TIMEOUT + REST - 1)).toBe(false)
    expect(one.fits(textBytes('two'), TIMEOUT + REST)).toBe(true)
  })

  test('not after a copy, nor after a reply that is not an echo, for a while', () => {
    for (const [reply, copy] of [
      ['ONE', 'ONE'],
      ['at your service', undefined],
    ]) {
      const one = port()
      one.send(0, textBytes('one'), 0)
      one.receive(textBytes(reply ?? ''), 10)
      if (copy !== undefined) expect(one.receive(textBytes(copy), 20)).toEqual({ what: 'copy' })
      expect(one.fits(textBytes('two'), 10 + REST - 1)).toBe(false)
      expect(one.fits(textBytes('two'), 20 + REST)).toBe(true)
    }
  })
})

describe('the role of a datagram', () => {
  /** ONE was answered; `two` is in flight from the same port. */
  function second(): SentMessages {
    const one = port()
    one.send(0, textBytes('one'), 0)
    one.receive(textBytes('ONE'), 10)
    one.send(1, textBytes('two'), 20)
    return one
  }

  test('an echo belongs to the message that it repeats, whichever is in flight', () => {
    const one = second()
    expect(one.receive(textBytes('one'), 30)).toEqual({ what: 'copy' })
    expect(one.receive(textBytes('TWO'), 40)).toEqual({ what: 'reply', seq: 1, named: true })
    expect(one.receive(textBytes('TWO'), 50)).toEqual({ what: 'copy' })
  })

  test('any datagram may be the reply to the only message of a port', () => {
    const one = port()
    one.send(0, textBytes('one'), 0)
    expect(one.receive(textBytes('whatever'), 10)).toEqual({ what: 'reply', seq: 0, named: true })
  })

  test('no echo, with several messages: an unidentified reply', () => {
    const one = second()
    expect(one.receive(textBytes('extra'), 30)).toEqual({ what: 'reply', seq: 1, named: false })
    one.accept(30)
    expect(one.receive(textBytes('extra'), 40)).toEqual({ what: 'unidentified' })
  })

  test('after its timeout: late', () => {
    const one = port()
    one.send(0, textBytes('one'), 0)
    one.expire()
    expect(one.receive(textBytes('ONE'), TIMEOUT + 50)).toEqual({ what: 'late', seq: 0 })
    expect(one.receive(textBytes('ONE'), TIMEOUT + 60)).toEqual({ what: 'copy' })
    expect(one.closes).toBe(TIMEOUT + 60 + REST)
  })

  test('an echo of a closed message is not a reply to the current one', () => {
    for (const [reply, what] of [
      [undefined, 'late'],
      ['ONE', 'copy'],
    ] as const) {
      const one = port()
      one.send(0, textBytes('one'), 0)
      if (reply === undefined) one.expire()
      else one.receive(textBytes(reply), 10)
      const closed = one.closes
      one.send(1, textBytes('two'), closed)
      expect(one.receive(textBytes('ONE'), closed + 10)).toMatchObject({ what })
      expect(one.receive(textBytes('TWO'), closed + 20)).toEqual({ what: 'reply', seq: 1, named: true })
    }
  })

  test('a cut reply is not a copy of a closed message of the same length', () => {
    for (const [short, long] of [
      ['hell', 'hello'],
      ['', 'hello'],
    ] as const) {
      const one = port()
      one.send(0, textBytes(short), 0)
      one.receive(textBytes(short.toUpperCase()), 10)
      one.send(1, textBytes(long), one.closes)
      expect(one.receive(textBytes(short.toUpperCase()), one.closes)).toEqual({ what: 'reply', seq: 1, named: true })
    }
  })

  test('before anything was sent: unidentified', () => {
    expect(port().receive(textBytes('hello'), 0)).toEqual({ what: 'unidentified' })
  })
})
