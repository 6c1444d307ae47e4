import { expect, test } from 'vitest'
import { joinInTurns } from '../../../../src/cli/web/in-turns.ts'

test('other work goes on between two pieces of a text', async () => {
  const order: string[] = []
  const pieces = function* (): Iterable<string> {
    for (const piece of ['aü', 'b', 'c']) {
      order.push(piece)
      setImmediate(() => order.push(`after ${piece}`))
      yield piece
    }
  }
  expect((await joinInTurns(pieces())).toString()).toBe('aübc')
  expect(order).toEqual(['aü', 'after aü', 'b', 'after b', 'c', 'after c'])
})
