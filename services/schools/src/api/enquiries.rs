//! Children a school is asked about: name and birth date, no circumstances.

use super::{Desk, own_school, timestamp, unavailable, view_failed};
use host::problem::Problem;
use policy::Action;
use proto::{
    police::v1::ChildIdentity,
    schools::v1::{Enquiry, ListEnquiriesRequest, ListEnquiriesResponse},
};
use tonic::Request;

impl Desk {
    pub(super) async fn list_enquiries(
        &self,
        request: Request<ListEnquiriesRequest>,
    ) -> Result<ListEnquiriesResponse, Problem> {
        let principal = self.caller(&request, Action::EnquiryRead)?;
        let urn = own_school(&principal)?;
        self.allow_school(&principal, Action::EnquiryRead, urn)?;
        let school = self.lines.seals.school_tag(urn);
        let mut enquiries = Vec::new();
        for (enquiry_id, line_id, asked_ms, deadline_ms) in
            self.view.enquiries(&school).map_err(view_failed)?
        {
            if self.is_party(&principal, &line_id)? {
                continue;
            }
            let line = self.lines.load(&line_id).await.map_err(unavailable)?;
            let identity = line.child.identity.as_ref();
            let child: Option<ChildIdentity> =
                self.lines.seals.open(identity).await.map_err(unavailable)?;
            let Some(child) = child else { continue };
            enquiries.push(Enquiry {
                enquiry_id,
                name: full_name(&child),
                date_of_birth: child.date_of_birth,
                asked_at: timestamp(asked_ms),
                deadline: timestamp(deadline_ms),
            });
        }
        Ok(ListEnquiriesResponse { enquiries })
    }
}

fn full_name(child: &ChildIdentity) -> String {
    [&child.forename, &child.middle_names, &child.surname]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}
