import type { Nanos } from '../../base/nanos.ts'
import type { EchoPlan } from '../../runs/echo/plan.ts'
import type { Place } from '../place.ts'
import type { CheckPlan } from './check-kind.ts'
import type { Secrets } from './secrets.ts'

/** A validated check. */
export interface PlannedCheck {
  readonly id: string
  readonly name: string
  /** The name without the values of its `for`. */
  readonly base?: string
  readonly level: 'error' | 'warn'
  readonly tags: readonly string[]
  readonly retryFor: Nanos
  /** The target as written. Absent if the check starts its own server. */
  readonly target?: string
  readonly place?: Place
  readonly serve?: EchoPlan
  readonly plan: CheckPlan
  /** Texts that its report must not show. */
  readonly secrets: Secrets
}
