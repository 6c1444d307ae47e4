/** Events that nobody read are kept up to this many; then the oldest go. */
const MOST_WAITING = 1000

export interface EventQueue<E> {
  push(event: E): void
  end(): void
  /** Reads what comes, then ends as `outcome` does: normally, or with its error. */
  iterate(outcome: Promise<unknown>): AsyncGenerator<E, void, undefined>
}

/** A bounded queue between one that tells and one that reads. */
export function eventQueue<E>(): EventQueue<E> {
  const waiting: E[] = []
  let ended = false
  let wake = nobody
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

/** Nobody reads yet. */
function nobody(): void {}
