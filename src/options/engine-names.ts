/** What `--engine` takes. */
export const ENGINE_NAMES = ['auto', 'kernel', 'dgram'] as const
export type EngineChoice = (typeof ENGINE_NAMES)[number]
