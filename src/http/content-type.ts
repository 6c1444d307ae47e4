/** Values of Content-Type that several routes have. */
export const TEXT = 'text/plain; charset=utf-8'
export const HTML = 'text/html; charset=utf-8'
/** The text format of Prometheus. */
export const METRICS = 'text/plain; version=0.0.4; charset=utf-8'
