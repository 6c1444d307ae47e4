/** Limit for unread events. The oldest are dropped. */
const MOST_WAITING = 1000

export interface EventQueue<E> {
  push(event: E): void
  end(): void
  /** Yields events, then ends as `outcome` does: normally, or with its error. */
  iterate(outcome: Promise<unknown>): AsyncGenerator<E, void, undefined>
}

/** A bounded queue between one producer and one consumer. */
export function eventQueue<E>(): EventQueue<E> {
  const waiting: E[] = []
  let ended = false
  let wake = noReader
  return {
    push(event) {
      waiting.push(event)
      if (waiting.length > MOST_WAITING) waiting.shift()
      wake()
    },
    end() {
      ended = true
      wake()
    },
    async *iterate(outcome) {
      for (;;) {
        const event = waiting.shift()
        if (event !== undefined) {
          yield event
        } else if (ended) {
          await outcome
          return
        } else {
          await new Promise<void>(resolve => {
            wake = resolve
          })
        }
      }
    },
  }
}

function noReader(): void {}
