import { inGroup, type OptionTable } from '../../options/option.ts'
import { given } from '../../options/values.ts'
import { parseTarget } from '../../base/target.ts'
import { parseImpairmentRules } from '../../runs/impairment-rules.ts'
import { ANSWER_OPTIONS } from '../../runs/echo/options.ts'
import { RULE_OPTIONS } from '../../runs/relay/options.ts'

/**
 * The server that is started before the command, unless one is already running. It ends with the command, and its port is in the
 * environment.
 */
export const SERVER_OPTIONS = inGroup('Server:', {
  serve: { form: '--serve', about: 'start a server (the default unless --to names one)', parse: given },
  to: { form: '--to <target>', about: 'running server to put a relay in front of', once: true, parse: parseTarget },
  ...ANSWER_OPTIONS,
  port: { ...ANSWER_OPTIONS.port, default: 0, defaultText: 'a free one' },
})

/** The options of `udptool exec`. */
export const EXEC_OPTIONS = {
  ...SERVER_OPTIONS,
  ...inGroup('Relay:', {
    relay: {
      form: '--relay <rules>',
      about: 'relay in front of the server with these rules in both directions (repeatable)',
      repeatable: true,
      parse: parseImpairmentRules,
    },
    ...RULE_OPTIONS,
  }),
} satisfies OptionTable
