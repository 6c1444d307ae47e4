import type { Passage } from './passage.ts'

/** Where losses began after datagrams that passed: one point for each run of losses, so that an outage is one point. */
export interface LossPoints {
  readonly count: number
  readonly row: Uint32Array
  /** When it entered, ns. */
  readonly at: Float64Array
  /** Bytes that had passed before, and half of its own: a limit loses a datagram if that many more bytes or fewer do not fit. */
  readonly passedBytes: Float64Array
}

export function lossPointsOf({ count, passed, bytes, entered }: Passage): LossPoints {
  let points = 0
  for (let i = 0; i < count; i++) if (passed[i] === 0 && (i === 0 || passed[i - 1] === 1)) points += 1
  const [row, at, passedBytes] = [new Uint32Array(points), new Float64Array(points), new Float64Array(points)]
  let [n, sum] = [0, 0]
  for (let i = 0; i < count; i++) {
    const size = bytes[i] ?? 0
    if (passed[i] === 1) sum += size
    else if (i === 0 || passed[i - 1] === 1) {
      row[n] = i
      at[n] = entered[i] ?? 0
      passedBytes[n] = sum + size / 2
      n += 1
    }
  }
  return { count: points, row, at, passedBytes }
}

/** At most this many of the points, evenly chosen. */
export function thinned(points: LossPoints, most: number): LossPoints {
  if (points.count <= most) return points
  const step = points.count / most
  const pick = <T extends Float64Array | Uint32Array>(values: T): T => {
    const result = values.slice(0, most) as T
    for (let i = 0; i < most; i++) result[i] = values[Math.floor(i * step)] ?? 0
    return result
  }
  return { count: most, row: pick(points.row), at: pick(points.at), passedBytes: pick(points.passedBytes) }
}
