"""The pages about firms, their people, money, papers and addresses."""
