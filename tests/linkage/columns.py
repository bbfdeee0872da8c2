"""The columns of the files that everything here writes and reads."""

ROLL = (
    "urn,upn,nhs_number,forename,middle_names,surname,known_as,former_surname,date_of_birth,sex,"
    "address,postcode,enrolment_status,from,to"
).split(",")

REPORT = (
    "report_id,forename,surname,known_as,date_of_birth,age,sex,address,postcode,upn,nhs_number,"
    "school_name,true_upn"
).split(",")

DECISION = "report_id,decision,upn,candidates".split(",")
