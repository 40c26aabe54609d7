"""What happens without anybody's press: jobs, notices, mails, and what is thrown away."""
