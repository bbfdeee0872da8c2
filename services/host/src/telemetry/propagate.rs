//! The W3C form in which a trace goes from process to process and into stored events.

use opentelemetry::{
    Context,
    propagation::{Extractor, Injector, TextMapPropagator},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACEPARENT: &str = "traceparent";

/// `traceparent` of the current span, e.g. to be stored with an event; nothing outside a trace.
pub fn current_traceparent() -> Option<String> {
    let mut carrier = Carrier::default();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    carrier.0
}

/// Makes `span` a part of the trace that `traceparent` names. What is no such name is ignored: a
/// trace is a courtesy, never a reason to refuse.
pub fn set_remote_parent(span: &Span, traceparent: &str) {
    let carrier = Carrier(Some(traceparent.to_owned()));
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
    // Fails only without a trace pipeline, where there is nothing to join.
    let _ = span.set_parent(parent);
}

/// Holds the one header; the vendors' `tracestate` is not carried on.
#[derive(Default)]
struct Carrier(Option<String>);

impl Injector for Carrier {
    fn set(&mut self, key: &str, value: String) {
        if key == TRACEPARENT {
            self.0 = Some(value);
        }
    }
}

impl Extractor for Carrier {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.as_deref().filter(|_| key == TRACEPARENT)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing_subscriber::{Registry, layer::SubscriberExt};

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn traced<T>(work: impl FnOnce() -> T) -> T {
        let tracer = SdkTracerProvider::builder().build().tracer("test");
        let layer = tracing_opentelemetry::layer().with_tracer(tracer);
        tracing::subscriber::with_default(Registry::default().with(layer), work)
    }

    #[test]
    fn a_trace_goes_on_across_a_process_border() {
        let carried = traced(|| {
            let span = tracing::info_span!("work");
            set_remote_parent(&span, PARENT);
            span.in_scope(current_traceparent)
        });
        let carried = carried.unwrap();
        assert_eq!(carried[..36], PARENT[..36]);
        assert_ne!(carried, PARENT);
    }

    #[test]
    fn a_broken_traceparent_starts_a_trace_of_its_own() {
        let carried = traced(|| {
            let span = tracing::info_span!("work");
            set_remote_parent(&span, "00-Testy McTestface-01");
            span.in_scope(current_traceparent)
        });
        assert_eq!(carried.unwrap().len(), PARENT.len());
    }

    #[test]
    fn outside_a_trace_there_is_none() {
        assert_eq!(current_traceparent(), None);
    }
}
