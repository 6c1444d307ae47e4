import { ArrivalOrder } from './arrival-order.ts'
import { Ipdv } from './delay-variation.ts'
import { Gilbert } from './gilbert.ts'
import { LossPattern } from './loss-pattern.ts'
import { LostTrains } from './lost-trains.ts'
import type { ClientOrder } from './tally.ts'

/** Metrics that depend on the order of one client's probes. */
export class OrderFold {
  readonly losses = new LossPattern()
  readonly gilbert = new Gilbert()
  readonly ipdv = new Ipdv()
  readonly arrivals: ArrivalOrder
  readonly trains = new LostTrains()

  /** @param history number of arrivals kept for reordering */
  constructor(history: number) {
    this.arrivals = new ArrivalOrder(history)
  }

  result(): ClientOrder {
    return {
      losses: this.losses.result(),
      gilbert: this.gilbert.result(),
      ipdv: this.ipdv.result(),
      jitter: this.arrivals.jitter.result(),
      reordering: this.arrivals.reordering.result(),
      trains: this.trains.result(),
    }
  }
}
