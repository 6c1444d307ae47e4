import { REQUEST, type SessionRequests } from './session-requests.ts'

/** Consecutive numbered requests of a session that one memory of the peer may have counted: indices into `numbered`, the end excluded. */
export interface Epoch {
  readonly from: number
  readonly to: number
}

/** The numbered requests of a session, and the epochs of the memories that counted them. */
export interface SessionEpochs {
  /** Indices of the numbered requests, in the order of sending. */
  readonly numbered: Uint32Array
  readonly epochs: readonly Epoch[]
}

/**
 * Divides a session where the peer began to count again. That is proved if a reply had arrived before a request was sent, and the number of that
 * request is not higher: one memory never gives a number twice, and counts in the order of arrival. Replies whose requests were on their way
 * together prove nothing, because the path may have reordered these.
 */
export function sessionEpochs(requests: SessionRequests): SessionEpochs {
  const { states, numbers, sent, arrived, length } = requests
  const numbered = Uint32Array.from(indicesOf(states.subarray(0, length), REQUEST.numbered))
  const byArrival = numbered.toSorted((one, other) => (arrived[one] ?? 0) - (arrived[other] ?? 0))
  const epochs: Epoch[] = []
  let [from, next, highest] = [0, 0, -1]
  for (let at = 0; at < numbered.length; at++) {
    const request = numbered[at] ?? 0
    const begin = numbered[from] ?? 0
    for (; next < byArrival.length; next++) {
      const earlier = byArrival[next] ?? 0
      if ((arrived[earlier] ?? Infinity) >= (sent[request] ?? 0)) break
      if (earlier >= begin) highest = Math.max(highest, numbers[earlier] ?? -1)
    }
    if ((numbers[request] ?? 0) > highest) continue
    epochs.push({ from, to: at })
    from = at
    highest = -1
  }
  if (numbered.length > from) epochs.push({ from, to: numbered.length })
  return { numbered, epochs }
}

function indicesOf(states: Uint8Array, state: number): number[] {
  const indices: number[] = []
  states.forEach((found, index) => {
    if (found === state) indices.push(index)
  })
  return indices
}
