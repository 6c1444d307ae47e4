import type { AnswerRules, RulesParts } from './answer-rules.ts'
import { Answerer } from './answerer.ts'
import { IrttAnswerer } from './irtt-server/irtt-answerer.ts'
import { Reflector } from './reflector/reflector.ts'

/** The rules of a server, by its plan. */
export function createRules(parts: RulesParts): AnswerRules {
  const { protocol } = parts.plan
  switch (protocol?.name) {
    case undefined:
      return new Answerer(parts)
    case 'irtt':
      return new IrttAnswerer(parts, protocol)
    case 'stamp':
      return new Reflector(protocol, parts)
  }
}
